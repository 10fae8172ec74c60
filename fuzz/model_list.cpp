// The model lists of servers: every number of tokens is one, and every error that of a list.
#include "llm/http/model_list.hpp"

#include "base/text.hpp"
#include "fuzz/property.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  using namespace executus::fuzz;
  using llm::ListDialect;
  for (auto dialect : {ListDialect::openai, ListDialect::anthropic, ListDialect::google, ListDialect::ollama}) {
    try {
      auto list = llm::listed_models(dialect, text_of(data, size), "lab");
      expect(list.windows.size() <= list.models && list.models <= size, "no more windows than models");
      for (const auto& [id, tokens] : list.windows)
        expect(!id.empty() && is_valid_utf8(id) && tokens > 0, "a window is that of a model");
    } catch (const llm::ModelError& error) {
      expect(error.code() == "model.malformed" && !has_canary(error.message()), "an error quotes nothing");
    }
  }
  return 0;
}
