// A regular expression that lines are tried against. Characters are those of UTF-8: `.` is one of them, not one byte.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <locale.h>
#include <regex.h>

namespace executus::tools {

enum class LetterCase { counts, ignored };

// Extended POSIX expressions: regexec neither backtracks without bound nor depends on the stack. Of one thread.
class LineExpression final {
 public:
  // Throws Error "tool.pattern" with what is wrong with `pattern`.
  LineExpression(const std::string& pattern, LetterCase letters);

  [[nodiscard]] bool matches(std::string_view line) const;

 private:
  // The regex functions take what a character is from the thread's locale, when they compile and when they match.
  class InLocale final {
   public:
    InLocale(const std::string& pattern, LetterCase letters, const char* locale);
    ~InLocale();
    InLocale(const InLocale&) = delete;
    InLocale& operator=(const InLocale&) = delete;
    [[nodiscard]] bool matches(std::string_view line) const;

   private:
    struct Free {
      void operator()(locale_t locale) const { ::freelocale(locale); }
    };
    std::unique_ptr<std::remove_pointer_t<locale_t>, Free> locale_;  // null: this system has none of that name
    regex_t regex_{};
  };

  InLocale characters_;
  std::optional<InLocale> bytes_;  // ASCII in ASCII: the same answer in a quarter of the time
};

}  // namespace executus::tools
