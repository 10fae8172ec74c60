#include <algorithm>
#include <array>
#include <charconv>

#include <executus/llm/spec.hpp>

#include "base/text.hpp"
#include "llm/catalog/spec_text.hpp"

namespace executus::llm {
namespace {

constexpr int kMostOutputTokens = 10'000'000;
constexpr double kHottest = 2;

template <class T>
std::optional<T> number_in(std::string_view text, T least, T most) {
  T value{};
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && value >= least && value <= most ? std::optional<T>(value) : std::nullopt;
}

std::string shortest(double number) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

struct Parameter {
  std::string_view key;
  bool (*is_set)(const ModelParameters&);
  bool (*set)(ModelParameters&, std::string_view value);  // false: it cannot be that
  std::string_view form;
};

constexpr std::array<Parameter, 3> kParameters{
    {{"effort", [](const ModelParameters& all) { return !all.effort.empty(); },
      [](ModelParameters& all, std::string_view value) { return is_spec_word(all.effort = value); },
      "a word like low or high"},
     {"max_output_tokens", [](const ModelParameters& all) { return all.max_output_tokens.has_value(); },
      [](ModelParameters& all, std::string_view value) {
        return (all.max_output_tokens = number_in<int>(value, 1, kMostOutputTokens)).has_value();
      },
      "a whole number from 1 to 10000000"},
     {"temperature", [](const ModelParameters& all) { return all.temperature.has_value(); },
      [](ModelParameters& all, std::string_view value) {
        return (all.temperature = number_in<double>(value, 0, kHottest)).has_value();
      },
      "a number from 0 to 2"}}};

// What is wrong with `part`, which is one parameter; "": nothing.
std::string read_parameter(ModelParameters& parameters, std::string_view part) {
  auto equals = std::min(part.find('='), part.size());
  auto key = part.substr(0, equals);
  std::string named = "parameter '" + std::string(key) + "'";
  const auto* known = std::find_if(kParameters.begin(), kParameters.end(), [&](auto& each) { return each.key == key; });
  if (known == kParameters.end())
    return "has an unknown " + named + "; there are effort, max_output_tokens and temperature";
  if (known->is_set(parameters)) return "has the " + named + " twice";
  if (known->set(parameters, part.substr(std::min(equals + 1, part.size())))) return {};
  return "has a " + named + " that is not " + std::string(known->form);
}

}  // namespace

// Ids may hold a '?' of their own: only what reads like parameters is taken for them.
Result<NameAndParameters> split_parameters(std::string_view text) {
  auto mark = text.rfind('?');
  if (mark == std::string_view::npos || text.find('=', mark) == std::string_view::npos)
    return NameAndParameters{std::string(text)};
  NameAndParameters split_text{std::string(text.substr(0, mark))};
  for (auto part : split(text.substr(mark + 1), '&')) {
    auto problem = read_parameter(split_text.parameters, part);
    if (!problem.empty()) return failed("model.spec", "the model '" + std::string(text) + "' " + problem);
  }
  return split_text;
}

std::string to_string(const ModelParameters& parameters) {
  std::string text;
  auto add = [&](std::string_view key, const std::string& value) {
    ((text += text.empty() ? '?' : '&') += key).append("=").append(value);
  };
  if (!parameters.effort.empty()) add("effort", parameters.effort);
  if (parameters.max_output_tokens) add("max_output_tokens", std::to_string(*parameters.max_output_tokens));
  if (parameters.temperature) add("temperature", shortest(*parameters.temperature));
  return text;
}

}  // namespace executus::llm
