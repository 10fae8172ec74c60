// What llama-swap's own endpoints answer, and the path an id is made part of. (Its chat is OpenAI's.)
#include <executus/llm/model.hpp>

#include "base/text.hpp"
#include "fuzz/property.hpp"
#include "llm/llamaswap/answers.hpp"

namespace executus::fuzz {
namespace {

template <class Read>
void check_list(std::string_view body, Read read) {
  try {
    auto models = read(body, "lab");
    expect(models.size() <= body.size(), "no more models than bytes");
    for (const auto& model : models) expect(!model.id.empty() && is_valid_utf8(model.id), "a model has an id");
  } catch (const llm::ModelError& error) {
    expect(error.code() == "model.malformed" && !has_canary(error.message()), "an error quotes nothing");
  }
}

std::string decoded(std::string_view path) {
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    bool escaped = path[i] == '%';
    text += escaped ? static_cast<char>(std::stoi(std::string(path.substr(i + 1, 2)), nullptr, 16)) : path[i];
    i += escaped ? 2 : 0;
  }
  return text;
}

void check_path(std::string_view id) {
  auto path = llm::llamaswap::unload_path(id);
  expect(decoded(path) == "/api/models/unload/" + std::string(id), "a path says the id");
  for (char c : path) expect(c > ' ' && c < 0x7f && c != '?' && c != '#', "a path is one word of a request line");
}

}  // namespace
}  // namespace executus::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  auto text = fuzz::text_of(data, size);
  fuzz::check_list(text, llm::llamaswap::listed_models);
  fuzz::check_list(text, llm::llamaswap::running_models);
  fuzz::check_path(text);
  return 0;
}
