// What holds for an answer of every vendor, whatever bytes it is made of:
//
// - it is a Response or a ModelError, and nothing else is thrown;
// - a streamed one does not depend on how its bytes were cut;
// - no error quotes the key;
// - the message is valid UTF-8, its calls have distinct ids and arguments, its size is in proportion to the answer;
// - the journal and a cassette give it back as it was;
// - the next request that holds it is JSON.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <executus/llm/kit/protocol.hpp>

namespace executus::fuzz {

struct VendorUnderTest {
  std::function<std::unique_ptr<llm::AnswerReader>(llm::Asked)> reader;
  std::function<std::string(const llm::Request&, const llm::ToolNames&)> next_body;
};

// What the answers are asked of: the provider "lab", with two tools and a call in the history.
[[nodiscard]] llm::Request asked_request();
[[nodiscard]] llm::Asked asked_of_lab();

// The bytes as a body that came whole, and as a stream (NDJSON when they begin like JSON, else events).
void check_answer(std::string_view bytes, const VendorUnderTest& vendor);

}  // namespace executus::fuzz
