// Answers that are values: a model is asked for JSON that fits a schema, and the answer is checked before the caller
// gets it.
//
//   struct Verdict {
//     bool guilty;
//     std::optional<std::string> reason;
//   };
//   BOOST_DESCRIBE_STRUCT(Verdict, (), (guilty, reason))
//
//   llm::StructuredAnswer<Verdict> verdict = co_await llm::generate<Verdict>(model, std::move(request));
//
// A model that takes schemas (Capabilities::schemas) gets the schema as such; to others it is described in the
// system prompt. An answer that is no JSON or does not fit is sent back once, with what is wrong with it; so a
// question costs one call or two. The answer is read strictly, except that a code fence and words around it are
// passed over.
//
// Errors, each a permanent ModelError that names the model: model.answer (it did not fit the second time either; the
// message has a JSON Pointer for each finding), model.refused (the model will not answer), model.cut (the answer
// was cut off). Besides, what the model throws, and schema.malformed before anything is asked.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/json/value.hpp>

#include <executus/async/task.hpp>
#include <executus/base/described.hpp>
#include <executus/llm/model.hpp>

namespace executus::llm {

template <class T>
struct StructuredAnswer {
  T value;
  Usage usage;         // of both calls, when there were two
  std::string target;  // "provider/model" that served the answer
};
using JsonAnswer = StructuredAnswer<boost::json::value>;

// What is wrong with a value that fits the schema; empty: nothing.
using AnswerCheck = std::vector<std::string> (*)(const boost::json::value& value);

// `model` outlives the task. `request.schema` is overwritten; its tools are shown and may not be called. In `schema`
// fields may be optional: a model is asked for all those that may be null. `check` may be null.
[[nodiscard]] Task<JsonAnswer> generate_json(Model& model, Request request, AnswerSchema schema,
                                             AnswerCheck check = nullptr);

namespace detail {

// What a schema does not say: the range of T's integers.
template <class T>
std::vector<std::string> misfits(const boost::json::value& value) {
  std::vector<std::string> findings;
  Result<T> read = from_json<T>(value);
  if (!read.ok()) findings.push_back(read.error().message());
  return findings;
}

template <class T>
Task<StructuredAnswer<T>> typed(Task<JsonAnswer> asking) {
  JsonAnswer json = co_await std::move(asking);
  StructuredAnswer<T> answer{from_json<T>(json.value).value(), json.usage, std::move(json.target)};
  co_return answer;
}

}  // namespace detail

// The same for a struct of base/described.hpp. `name` is what the provider is told the answer is called
// ([a-zA-Z0-9_-]{1,64}).
template <described::Struct T>
[[nodiscard]] Task<StructuredAnswer<T>> generate(Model& model, Request request, std::string name = "answer") {
  AnswerSchema schema{std::move(name), json_schema_of<T>()};
  return detail::typed<T>(generate_json(model, std::move(request), std::move(schema), &detail::misfits<T>));
}

}  // namespace executus::llm
