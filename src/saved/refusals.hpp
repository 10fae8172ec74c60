// What the stores of saved values throw, in one wording.
#pragma once

#include <string>

#include <executus/saved/saved.hpp>

namespace executus::saved {

[[noreturn]] void throw_exists(const Record& record, const Definition& definition);
[[noreturn]] void throw_unknown(const Record& record);
[[noreturn]] void throw_changed(const Record& record, const Definition& definition, const std::string& newest);
[[noreturn]] void throw_taken(const Record& record, const Definition& definition, const Key& key);
[[noreturn]] void throw_unreadable(const Record& record, const std::string& name, const std::string& why);
[[noreturn]] void throw_not_kept(const Record& record, const Definition& definition);

}  // namespace executus::saved
