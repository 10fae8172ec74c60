// Files of context windows: a table or an error that says where; no window is below one token.
#include "base/text.hpp"
#include "fuzz/property.hpp"
#include "llm/catalog/context_limits.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  auto windows = llm::read_windows(text_of(data, size), "windows.yaml");
  if (!windows) {
    const auto& error = windows.error();
    expect(error.code() == "config.invalid" || error.code() == "yaml.malformed", "an error has the code of a file");
    expect(error.message().starts_with("windows.yaml:"), "an error says where", error.message());
    expect(is_valid_utf8(error.message()), "an error is valid UTF-8", error.message());
    return 0;
  }
  for (const auto& [target, tokens] : windows->rows) expect(tokens > 0, "a window is that of a model", target);
  llm::ContextLimits limits(*windows);
  for (const char* target : {"openai/gpt-x", "work/gpt-5.4", "lab/m", "none", ""})
    expect(limits.tokens(target) >= 0, "no window is below zero");
  return 0;
}
