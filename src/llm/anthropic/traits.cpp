#include "llm/anthropic/traits.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace executus::llm::anthropic {
namespace {

using Thinking = Traits::Thinking;
using Efforts = Traits::Efforts;

constexpr int kMillion = 1'000'000;
constexpr int kLongOutput = 128'000;

// Tokens: enough for thinking and for a file that the model writes, few enough to end within a call of ten minutes.
constexpr int kDefaultOutput = 32'000;
constexpr int kForeignOutput = 8'192;  // many servers refuse more than their model has

constexpr Traits old(int max_output) {
  return {.context_tokens = 200'000, .max_output_tokens = max_output, .default_output_tokens = kDefaultOutput};
}

constexpr Traits of_4_5(Efforts efforts) {
  Traits traits = old(64'000);
  traits.efforts = efforts;
  traits.schemas = Traits::Schemas::taken;
  return traits;
}

constexpr Traits of_4_6() {
  return {.context_tokens = kMillion,
          .max_output_tokens = kLongOutput,
          .thinking = Thinking::on_request,
          .efforts = Efforts::without_xhigh,
          .schemas = Traits::Schemas::taken,
          .default_output_tokens = kDefaultOutput};
}

// Models from Opus 4.7 on refuse a temperature.
constexpr Traits recent(Thinking thinking) {
  Traits traits = of_4_6();
  traits.thinking = thinking;
  traits.efforts = Efforts::all;
  traits.temperature = Traits::Temperature::refused;
  return traits;
}

constexpr Traits newest(Traits::ForcedTools forced_tools, Traits::History history) {
  Traits traits = recent(Thinking::always);
  traits.forced_tools = forced_tools;
  traits.history = history;
  return traits;
}

constexpr Traits kNewest = newest(Traits::ForcedTools::refused, Traits::History::bound);

struct Family {
  std::string_view name;
  Traits traits;
};

// platform.claude.com/docs: models overview, effort, adaptive thinking, preserved thinking, structured outputs and the
// migration guide, as of October 2026. The longest name that fits counts.
constexpr std::array kFamilies{
    Family{"claude-fable-5-1", kNewest},
    Family{"claude-mythos-5-1", newest(Traits::ForcedTools::refused, Traits::History::free)},
    Family{"claude-fable-5", recent(Thinking::always)},
    Family{"claude-mythos-5", recent(Thinking::always)},
    Family{"claude-opus-5-5", kNewest},
    Family{"claude-sonnet-5-5", kNewest},
    Family{"claude-haiku-5-5", newest(Traits::ForcedTools::taken, Traits::History::bound)},
    Family{"claude-opus-5", recent(Thinking::by_default)},
    Family{"claude-sonnet-5", recent(Thinking::by_default)},
    Family{"claude-opus-4-8", recent(Thinking::on_request)},
    Family{"claude-opus-4-7", recent(Thinking::on_request)},
    Family{"claude-opus-4-6", of_4_6()},
    Family{"claude-sonnet-4-6", of_4_6()},
    Family{"claude-opus-4-5", of_4_5(Efforts::up_to_high)},
    Family{"claude-sonnet-4-5", of_4_5(Efforts::none)},
    Family{"claude-haiku-4-5", of_4_5(Efforts::none)},
    Family{"claude-opus-4-1", old(32'000)},
    Family{"claude-opus-4", old(32'000)},
    Family{"claude-sonnet-4", old(64'000)},
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// What may follow a family's name: a date, "latest", another service's version. One or two digits are another family.
bool ends_family(std::string_view rest) {
  if (rest.empty() || rest.front() != '-') return rest.empty() || rest.front() == '@' || rest.front() == ':';
  auto word = rest.substr(1, rest.substr(1).find_first_of("-@:"));
  bool is_version = !word.empty() && word.size() <= 2 && std::all_of(word.begin(), word.end(), is_digit);
  return !is_version || word == "0";  // claude-opus-4-0 is claude-opus-4
}

// "anthropic/claude-opus-4.5" and "us.anthropic.claude-opus-4-5-20251101-v1:0" are how other services name it.
std::string plain_id(std::string_view model) {
  auto begin = model.find("claude-");
  std::string id(begin == std::string_view::npos ? model : model.substr(begin));
  std::replace(id.begin(), id.end(), '.', '-');
  return id;
}

std::optional<Traits> known_traits_of(std::string_view model) {
  auto id = plain_id(model);
  const Family* found = nullptr;
  for (const auto& family : kFamilies) {
    bool fits = id.starts_with(family.name) && ends_family(std::string_view(id).substr(family.name.size()));
    if (fits && (!found || found->name.size() < family.name.size())) found = &family;
  }
  return found ? std::optional(found->traits) : std::nullopt;
}

}  // namespace

Traits traits_of(std::string_view model) { return known_traits_of(model).value_or(kNewest); }

Traits compatible_traits_of(std::string_view model) {
  Traits traits = known_traits_of(model).value_or(Traits{.default_output_tokens = kForeignOutput});
  traits.history = Traits::History::free;
  traits.schemas = Traits::Schemas::refused;
  return traits;
}

}  // namespace executus::llm::anthropic
