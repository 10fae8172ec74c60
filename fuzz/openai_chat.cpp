// OpenAI's Chat Completions, also of servers that imitate it (llama-swap).
#include "fuzz/answers.hpp"
#include "fuzz/property.hpp"
#include "llm/openai/chat/request.hpp"
#include "llm/openai/chat/stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  static const fuzz::VendorUnderTest vendor{
      [](llm::Asked asked) { return std::make_unique<llm::openai::ChatReader>(std::move(asked)); },
      [](const llm::Request& request, const llm::ToolNames& names) {
        return llm::openai::request_body(request, names, {"lab", "m"}, llm::AnswerForm::streamed);
      }};
  fuzz::check_answer(fuzz::text_of(data, size), vendor);
  return 0;
}
