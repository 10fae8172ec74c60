// OpenAI's Responses.
#include "fuzz/answers.hpp"
#include "fuzz/property.hpp"
#include "llm/openai/responses/request.hpp"
#include "llm/openai/responses/stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  static const fuzz::VendorUnderTest vendor{
      [](llm::Asked asked) { return std::make_unique<llm::openai::ResponsesReader>(std::move(asked)); },
      [](const llm::Request& request, const llm::ToolNames& names) {
        return llm::openai::responses_body(request, names, {"lab", "m"}, llm::AnswerForm::streamed);
      }};
  fuzz::check_answer(fuzz::text_of(data, size), vendor);
  return 0;
}
