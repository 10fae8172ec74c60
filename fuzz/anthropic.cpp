// Anthropic's Messages.
#include "fuzz/answers.hpp"
#include "fuzz/property.hpp"
#include "llm/anthropic/request.hpp"
#include "llm/anthropic/stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  static const fuzz::VendorUnderTest vendor{
      [](llm::Asked asked) { return std::make_unique<llm::anthropic::MessagesReader>(std::move(asked)); },
      [](const llm::Request& request, const llm::ToolNames& names) {
        return llm::anthropic::request_body(request, names, {"lab", "m", llm::anthropic::traits_of("claude-opus-5-5")},
                                            llm::AnswerForm::streamed);
      }};
  fuzz::check_answer(fuzz::text_of(data, size), vendor);
  return 0;
}
