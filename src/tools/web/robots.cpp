#include "tools/web/robots.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace executus::tools {
namespace {

constexpr std::size_t kLongestPattern = 2'000;  // bytes, and of a target that is compared

struct Line {
  std::string field;  // in lower case
  std::string_view value;
};

std::optional<Line> line_of(std::string_view text) {
  text = text.substr(0, text.find('#'));
  auto colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  return Line{lowered(trim(text.substr(0, colon))), trim(text.substr(colon + 1))};
}

// `*` is any run of characters, `$` at the end is the end. Backs up to the last `*` alone, so that a hostile pattern
// costs no more than its length times that of the target.
bool begins_with_pattern(std::string_view target, std::string_view pattern) {
  bool to_end = pattern.ends_with('$');
  if (to_end) pattern.remove_suffix(1);
  std::size_t at = 0, in_pattern = 0, star = std::string_view::npos, star_at = 0;
  for (;;) {
    if (in_pattern == pattern.size() && (!to_end || at == target.size())) return true;
    if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
      star = in_pattern++;
      star_at = at;
    } else if (at < target.size() && in_pattern < pattern.size() && pattern[in_pattern] == target[at]) {
      ++in_pattern, ++at;
    } else if (star != std::string_view::npos && star_at < target.size()) {
      in_pattern = star + 1;
      at = ++star_at;
    } else {
      return false;
    }
  }
}

// The rules of the groups that name a crawler, folded as they are read.
class Verdict {
 public:
  Verdict(std::string_view crawler, std::string_view target) : crawler_(crawler), target_(target) {}

  void read(const Line& line) {
    if (line.field == "user-agent") return begin_group(line.value);
    if (line.field != "allow" && line.field != "disallow") return;
    in_agents_ = false;
    bool counts = is_named_ && !line.value.empty() && line.value.size() <= kLongestPattern &&
                  begins_with_pattern(target_, line.value);
    if (!counts || line.value.size() < longest_) return;
    bool allows = line.field == "allow";
    allowed_ = line.value.size() == longest_ ? allowed_ || allows : allows;
    longest_ = line.value.size();
  }

  [[nodiscard]] bool was_named() const noexcept { return was_named_; }
  [[nodiscard]] bool allowed() const noexcept { return allowed_; }

 private:
  // Lines "user-agent" that follow each other begin one group.
  void begin_group(std::string_view agent) {
    bool named = equals_ignoring_case(agent, crawler_);
    is_named_ = named || (in_agents_ && is_named_);
    was_named_ = was_named_ || named;
    in_agents_ = true;
  }

  std::string_view crawler_, target_;
  bool in_agents_ = false, is_named_ = false, was_named_ = false, allowed_ = true;
  std::size_t longest_ = 0;
};

Verdict verdict_for(std::string_view robots, std::string_view crawler, std::string_view target) {
  Verdict verdict(crawler, target);
  while (!robots.empty()) {
    auto end = std::min(robots.find_first_of("\r\n"), robots.size());
    if (auto line = line_of(robots.substr(0, end))) verdict.read(*line);
    robots.remove_prefix(std::min(end + 1, robots.size()));
  }
  return verdict;
}

std::size_t end_of_origin(const std::string& page) {
  auto host = page.find("://");
  return host == std::string::npos ? page.size() : std::min(page.find_first_of("/?#", host + 3), page.size());
}

}  // namespace

bool robots_allow(std::string_view robots, std::string_view crawler, std::string_view target) {
  if (target == "/robots.txt") return true;
  target = target.substr(0, kLongestPattern);
  auto own = verdict_for(robots, crawler, target);
  return own.was_named() ? own.allowed() : verdict_for(robots, "*", target).allowed();
}

std::string robots_url(const std::string& page) { return page.substr(0, end_of_origin(page)) + "/robots.txt"; }

std::string target_of(const std::string& page) {
  auto target = page.substr(end_of_origin(page));
  target.resize(std::min(target.find('#'), target.size()));
  return target.starts_with('/') ? target : "/" + target;
}

}  // namespace executus::tools
