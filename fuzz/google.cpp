// Google's Gemini API.
#include "fuzz/answers.hpp"
#include "fuzz/property.hpp"
#include "llm/google/request.hpp"
#include "llm/google/stream.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace executus;
  static const fuzz::VendorUnderTest vendor{
      [](llm::Asked asked) { return std::make_unique<llm::google::ContentReader>(std::move(asked)); },
      [](const llm::Request& request, const llm::ToolNames& names) {
        return llm::google::request_body(request, names, {"lab", llm::google::traits_of("gemini-3.8-flash")});
      }};
  fuzz::check_answer(fuzz::text_of(data, size), vendor);
  return 0;
}
