#include "journal_view.hpp"

#include <algorithm>
#include <sstream>

namespace executus::crash {

JournalView::JournalView(const std::string& lines) {
  std::istringstream input(lines);
  for (std::string line; std::getline(input, line);)
    if (!line.empty()) entries_.push_back(boost::json::parse(line).as_object());
}

int JournalView::count(std::string_view kind) const {
  return static_cast<int>(
      std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) { return kind_of(entry) == kind; }));
}

int JournalView::count(std::string_view kind, CallPlace call) const {
  return static_cast<int>(std::count_if(entries_.begin(), entries_.end(), [&](const auto& entry) {
    return kind_of(entry) == kind && entry.contains("call") && place_in(entry.at("call")) == call;
  }));
}

bool JournalView::continues(const JournalView& earlier) const {
  return earlier.entries_.size() <= entries_.size() &&
         std::equal(earlier.entries_.begin(), earlier.entries_.end(), entries_.begin());
}

std::string_view kind_of(const boost::json::object& entry) { return entry.at("kind").as_string(); }

CallPlace place_in(const boost::json::value& position) {
  return {position.at(0).to_number<int>(), position.at(1).to_number<int>()};
}

}  // namespace executus::crash
