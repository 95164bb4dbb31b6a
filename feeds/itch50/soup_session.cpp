#include "feeds/itch50/soup_session.hpp"

#include <algorithm>
#include <limits>

#include "engine/core/printable.hpp"
#include "engine/core/units.hpp"

namespace tapedeck::itch50 {
namespace {

std::string quoted(const SoupName& name) {
  const std::string_view text{name.data(), name.size()};
  const auto begin = std::min(text.find_first_not_of(' '), text.size());
  return '"' + printable(text.substr(begin)) + '"';
}

}  // namespace

SoupSession::Change SoupSession::log_in(Bytes payload, FeedCounters& counters) {
  const auto login = parse_login(payload);
  if (!login) {
    ++counters.malformed;
    ++unreadable_;
    return {};
  }
  Change change;
  if (name_ && *name_ != login->session) {
    change.clear = true;
    ++replaced_;
    previous_ = *name_;
    newest_ = login->session;
    expected_ = 1;
  }
  if (login->next > expected_) {
    change.loss = LossFields{expected_, login->next - 1};
    change.loss_flags = kCarryOn | kLastOfEvent;
    if (!has_begun_) {
      change.loss_flags |= kJoined;
      joined_at_ = login->next;
      joined_ = login->session;
    } else {
      ++counters.gaps;
      const u64 room = std::numeric_limits<u64>::max() - counters.lost;
      counters.lost += std::min(login->next - expected_, room);
    }
    expected_ = login->next;
  }
  name_ = login->session;
  next_ = login->next;
  has_begun_ = true;
  return change;
}

std::vector<std::string> SoupSession::warnings() const {
  std::vector<std::string> all;
  if (joined_at_ != 0) {
    all.push_back("session " + quoted(joined_) + " was joined at message " + grouped(joined_at_) +
                  ": the messages before it are missing, and the books lack what they left");
  }
  if (replaced_ > 0) {
    all.push_back("session " + quoted(previous_) + " was replaced by " + quoted(newest_) +
                  ", and every book was emptied" +
                  (replaced_ > 1 ? "; " + counted(replaced_, "session") + " were replaced" : ""));
  }
  if (unreadable_ > 0) {
    all.push_back(counted(unreadable_, "SoupBinTCP login has no number; what was lost before it",
                          "SoupBinTCP logins have no number; what was lost before them") +
                  " cannot be noticed");
  }
  return all;
}

}  // namespace tapedeck::itch50
