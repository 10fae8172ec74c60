// The parts of the API's contents, and how an answer's parts fit into a Message and come back out of it.
//
// A Message has its parts in order and its calls apart. Text that is no thought becomes Text, a functionCall a call;
// every other part (thoughts, signatures without text, images, code) an Opaque in its place, the part as it came. What
// else a text or a call had, its signature above all, follows in an Opaque of its own, and so does the place of calls
// that text or thoughts stand behind:
//   {"of": "text", "rest": {"thoughtSignature": "..."}}                of the Text right before it
//   {"of": "call", "id": "call_1_0", "rest": {"thoughtSignature": "..."}}  the call stood here
// So all goes back as it came, which the API checks (docs: "Thought signatures"): Gemini 3 refuses a call that has lost
// its signature. The form is frozen: it is stored in journals.
#pragma once

#include <string_view>
#include <vector>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <executus/llm/kit/aside.hpp>
#include <executus/llm/kit/asked.hpp>
#include <executus/llm/message.hpp>

#include "llm/google/traits.hpp"

namespace executus::llm::google {

using Parts = std::vector<boost::json::object>;

// Adds a part of a stream: text goes on where it stopped, unless one of the two is signed. Parts that say nothing fall
// away.
void add_part(Parts& parts, boost::json::object part);

// What a part shows of the answer: its text, unless it is a thought.
[[nodiscard]] std::string shown_text(const boost::json::object& part);

// What it shows besides: a thought, or a call, which comes whole.
void note_aside(std::vector<Aside>& asides, const boost::json::object& part, const ToolNames& names);

// Whether it is part of an answer: no thought, and no empty text, which may be there for its signature.
[[nodiscard]] bool says_something(const boost::json::object& part);

[[nodiscard]] Message message_of_parts(const Parts& parts, Asked& asked);

// The provider and model that a message goes to.
struct Recipient {
  std::string_view provider;  // whose opaque parts are ours
  Traits traits;
};

// Empty texts are left out, a message that holds nothing but thoughts, and images of the assistant. Where the model
// wants a signature and the calls have none (another provider made them), the first gets the one that Google documents
// for that.
[[nodiscard]] boost::json::array model_parts(const Message& message, const ToolNames& names, const Recipient& to);
[[nodiscard]] boost::json::array user_parts(const Message& message);
[[nodiscard]] boost::json::array result_parts(const Message& message, const ToolNames& names, const Recipient& to);

// The images of results, for models that do not take them inside; else nothing.
[[nodiscard]] boost::json::array result_images(const Message& message, const ToolNames& names, const Recipient& to);

[[nodiscard]] boost::json::object text_part(std::string_view text);

}  // namespace executus::llm::google
