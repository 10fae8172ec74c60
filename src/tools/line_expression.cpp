#include "tools/line_expression.hpp"

#include <algorithm>

#include <executus/base/error.hpp>

namespace executus::tools {
namespace {

class LocaleOfThread final {
 public:
  explicit LocaleOfThread(locale_t locale) : before_(locale ? ::uselocale(locale) : nullptr) {}
  ~LocaleOfThread() {
    if (before_) ::uselocale(before_);
  }
  LocaleOfThread(const LocaleOfThread&) = delete;
  LocaleOfThread& operator=(const LocaleOfThread&) = delete;

 private:
  locale_t before_;
};

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
}

}  // namespace

LineExpression::InLocale::InLocale(const std::string& pattern, LetterCase letters, const char* locale)
    : locale_(::newlocale(LC_CTYPE_MASK, locale, nullptr)) {
  int flags = REG_EXTENDED | REG_NOSUB | (letters == LetterCase::ignored ? REG_ICASE : 0);
  LocaleOfThread use(locale_.get());
  int error = ::regcomp(&regex_, pattern.c_str(), flags);
  if (error == 0) return;
  char text[256];
  ::regerror(error, &regex_, text, sizeof text);
  throw failed("tool.pattern", "'" + pattern + "' is no extended regular expression: " + text);
}

LineExpression::InLocale::~InLocale() { ::regfree(&regex_); }

bool LineExpression::InLocale::matches(std::string_view line) const {
  LocaleOfThread use(locale_.get());
  regmatch_t whole{0, static_cast<regoff_t>(line.size())};
  return ::regexec(&regex_, line.data(), 1, &whole, REG_STARTEND) == 0;
}

LineExpression::LineExpression(const std::string& pattern, LetterCase letters)
    : characters_(pattern, letters, "C.UTF-8") {
  if (is_plain_ascii(pattern)) bytes_.emplace(pattern, letters, "C");
}

bool LineExpression::matches(std::string_view line) const {
  return bytes_ && is_plain_ascii(line) ? bytes_->matches(line) : characters_.matches(line);
}

}  // namespace executus::tools
