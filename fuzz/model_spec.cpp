// Model specs and names: what was read is written so that it is read the same, and no error quotes a URL.
#include <executus/llm/spec.hpp>

#include "fuzz/property.hpp"
#include "llm/catalog/naming.hpp"

namespace executus::fuzz {
namespace {

using namespace llm;

void check_error(const Error& error, std::string_view text) {
  expect(error.code().starts_with("model."), "an error of a spec has a code of one");
  auto url = text.find("://");
  bool secret = url != std::string_view::npos && !has_canary(text.substr(0, url));
  expect(!secret || !has_canary(error.message()), "what follows :// may hold a token and is not quoted",
         error.message());
}

void check_spec(std::string_view text) {
  auto spec = parse_spec(text);
  if (!spec) return check_error(spec.error(), text);
  expect(!spec->provider.empty() && !spec->id.empty(), "a spec has a provider and an id");
  auto written = to_string(*spec);
  auto again = parse_spec(written);
  expect(again.ok() && *again == *spec, "a spec that is written is read the same", written);
  expect(written.starts_with(target_of(*spec)), "the target is the spec without its parameters");
}

void check_parameters(std::string_view text) {
  auto parts = split_parameters(text);
  if (!parts) return;
  expect(text.starts_with(parts->name), "a name is verbatim");
  if (parts->parameters == ModelParameters()) expect(parts->name == text, "without parameters it is all there is");
  auto again = split_parameters(parts->name + to_string(parts->parameters));
  expect(again.ok() && again->parameters == parts->parameters, "parameters that are written are read the same");
}

// An alias that leads to itself, one that leads on, a tier, and names that are not configured.
void check_name(std::string_view text) {
  static const Naming naming{[](const std::string& name) -> Result<std::optional<std::string>> {
                               if (name == "fast") return std::optional<std::string>("openai/gpt-x?effort=low,mine");
                               return std::optional<std::string>();
                             },
                             {{"mine", "lab/m"},
                              {"both", "mine,fast?effort=high"},
                              {"round", "round"},
                              {"ring", "a/b,both,gnir"},
                              {"gnir", "ring"}},
                             {},
                             {"fast", "thinking"}};
  auto chain = expand_name(text, naming);
  if (!chain) return check_error(chain.error(), text);
  expect(!chain->empty(), "a chain has a model");
  auto again = expand_name(to_string(*chain), naming);
  expect(again.ok() && *again == *chain, "a chain that is written is read the same", to_string(*chain));
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus::fuzz;
  auto text = text_of(data, size);
  check_spec(text);
  check_parameters(text);
  check_name(text);
  return 0;
}
