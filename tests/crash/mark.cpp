#include "mark.hpp"

#include <regex>

namespace executus::crash {

std::string marked_text(const std::string& thread, int ordinal) {
  return "Said [" + thread + "/" + std::to_string(ordinal) + "]";
}

std::set<AnswerPlace> answers_in(const JournalView& journal) {
  static const std::regex marked(R"(Said \[([a-z0-9/-]+)/(\d+)\])");
  std::set<AnswerPlace> places;
  for (const auto& entry : journal.entries()) {
    if (kind_of(entry) != "responded") continue;
    auto text = boost::json::serialize(entry);
    for (std::sregex_iterator found(text.begin(), text.end(), marked), end; found != end; ++found)
      places.emplace((*found)[1], std::stoi((*found)[2]));
  }
  return places;
}

}  // namespace executus::crash
