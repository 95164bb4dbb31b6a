#include "feeds/itch50/unencodable.hpp"

namespace tapedeck::itch50 {

std::string_view name_of(Unencodable reason) {
  constexpr std::array<std::string_view, kUnencodableReasons> kNames{
      "symbol", "undefined",  "locates", "time", "price", "quantity",
      "side",   "no_message", "clear",   "loss", "notice"};
  return kNames[static_cast<std::size_t>(reason)];
}

std::string_view sentence_of(Unencodable reason) {
  constexpr std::array<std::string_view, kUnencodableReasons> kSentences{
      "of instruments whose symbol or unit of quantity ITCH cannot express",
      "of instruments that were never defined",
      "of instruments beyond ITCH's 65,535 locates",
      "with times before midnight or beyond 48 bits",
      "with prices that are negative, off the grid of 0.0001, or above 429,496.7295",
      "with quantities that are negative or beyond 32 bits",
      "of orders without a side",
      "that set or modify an order, for which ITCH has no message",
      "that empty books within a day",
      "that say that messages are missing",
      "that another format put out as notices"};
  return kSentences[static_cast<std::size_t>(reason)];
}

}  // namespace tapedeck::itch50
