#include "tools/cli/kinds.hpp"

#include "engine/core/printable.hpp"
#include "engine/core/text.hpp"
#include "tools/cli/error.hpp"

namespace tapedeck::tools {

KindSet kinds_of_rows() {
  KindSet kinds;
  for (const EventKind& each : kEventKinds) {
    const bool steers =
        each.kind == Kind::cut || each.kind == Kind::end || each.kind == Kind::restore;
    if (!steers) kinds.add(each.kind);
  }
  return kinds;
}

KindSet parse_kinds(const std::vector<std::string>& names) {
  const KindSet valid = kinds_of_rows();
  if (names.empty()) return valid;
  std::vector<std::string> known;
  for (const EventKind& each : kEventKinds) {
    if (valid.has(each.kind)) known.emplace_back(each.name);
  }
  KindSet kinds;
  for (const std::string& name : names) {
    bool found = false;
    for (const EventKind& each : kEventKinds) {
      if (each.name != name || !valid.has(each.kind)) continue;
      kinds.add(each.kind);
      found = true;
    }
    if (found) continue;
    const auto near = nearest(name, known);
    std::string list;
    for (const std::string& each : known) list += (list.empty() ? "" : ", ") + each;
    throw UsageError("--kinds " + harmless(name) + ": is no kind of event; " +
                     (near ? "did you mean " + *near + "? All: " : "they are ") + list);
  }
  return kinds;
}

}  // namespace tapedeck::tools
