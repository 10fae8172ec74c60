#include "base/pattern/pattern.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <re2/re2.h>

#include "base/pattern/ecmascript_syntax.hpp"
#include "base/pattern/lookahead_pattern.hpp"
#include "base/text.hpp"

namespace executus {
namespace {

constexpr std::size_t kLongestPattern = 16 << 10;       // bytes
constexpr std::size_t kMostProperties = 100;            // RE2 takes 30 KB to read a \pL
constexpr std::int64_t kMaxMemory = 4 << 20;            // of a compiled pattern and its automaton
constexpr std::size_t kMaxWork = std::size_t{1} << 27;  // instructions times bytes: some seconds, when all goes badly

bool is_moderate(std::string_view pattern) {
  std::size_t properties = 0;
  for (auto at = pattern.find('\\'); at != std::string_view::npos; at = pattern.find('\\', at + 2))
    if (at + 1 < pattern.size() && (pattern[at + 1] | 0x20) == 'p') ++properties;
  return pattern.size() <= kLongestPattern && properties <= kMostProperties;
}

re2::RE2::Options options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(kMaxMemory);
  return options;
}

}  // namespace

struct Pattern::Compiled {
  explicit Compiled(const std::string& expression) : regular(std::in_place, expression, options()) {}
  explicit Compiled(LookaheadPattern pattern) : other(std::move(pattern)) {}

  std::optional<re2::RE2> regular;
  std::optional<LookaheadPattern> other;
};

Pattern::Pattern(std::string_view ecmascript) {
  if (!is_moderate(ecmascript)) return;
  auto syntax = re2_syntax(ecmascript);
  if (syntax.kind == Ecmascript::refused) return;
  if (syntax.kind == Ecmascript::regular) {
    auto compiled = std::make_shared<Compiled>(syntax.expression);
    if (compiled->regular->ok()) compiled_ = std::move(compiled);
  }
  if (compiled_) return;
  if (LookaheadPattern pattern(ecmascript); pattern.ok()) compiled_ = std::make_shared<Compiled>(std::move(pattern));
}

PatternMatch Pattern::search(std::string_view text) const {
  if (compiled_->other) return compiled_->other->search(text);
  const auto& expression = *compiled_->regular;
  auto size = std::max({1, expression.ProgramSize(), expression.ReverseProgramSize()});
  if (text.size() > kMaxWork / static_cast<std::size_t>(size)) return PatternMatch::too_long;
  std::string repaired;
  if (!is_valid_utf8(text)) text = repaired = repair_utf8(text);
  return re2::RE2::PartialMatch({text.data(), text.size()}, expression) ? PatternMatch::yes : PatternMatch::no;
}

}  // namespace executus
