// Texts of a model that bear their place, so that a journal tells which answers it holds.
#pragma once

#include <set>
#include <string>
#include <utility>

#include "journal_view.hpp"

namespace executus::crash {

using AnswerPlace = std::pair<std::string, int>;  // thread (script.hpp: Answer), ordinal

[[nodiscard]] std::string marked_text(const std::string& thread, int ordinal);
[[nodiscard]] std::set<AnswerPlace> answers_in(const JournalView& journal);

}  // namespace executus::crash
