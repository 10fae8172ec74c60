#include "tools/meta/meta_tools.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <boost/describe/class.hpp>
#include <boost/json.hpp>

#include <executus/base/json.hpp>
#include <executus/tool/typed_tool.hpp>

#include "base/ascii.hpp"
#include "base/text.hpp"
#include "tools/meta/meta_call.hpp"

namespace executus::tools {
namespace {

namespace json = boost::json;
using tool::Call;
using tool::Done;
using tool::Failed;
using tool::Outcome;

struct ClassifyArgs {
  std::string text;
  std::vector<std::string> labels;
  std::optional<std::string> question;
};
BOOST_DESCRIBE_STRUCT(ClassifyArgs, (), (text, labels, question))

struct ExtractArgs {
  std::string text;
  std::optional<std::vector<std::string>> types;
};
BOOST_DESCRIBE_STRUCT(ExtractArgs, (), (text, types))

struct SummarizeArgs {
  std::string text;
  std::optional<int> max_words;
  std::optional<std::string> focus;
};
BOOST_DESCRIBE_STRUCT(SummarizeArgs, (), (text, max_words, focus))

constexpr std::size_t kMostLabels = 100;
constexpr int kTries = 2;  // at an answer of the wanted form

std::string listed(const std::vector<std::string>& items) {
  std::string list;
  for (const auto& item : items) list += "\n- " + item;
  return list;
}

// The label that an answer is; nothing: none of them.
std::optional<std::string> label_in(std::string_view answer, const std::vector<std::string>& labels) {
  auto bare = trim(answer);
  while (!bare.empty() && std::string_view("\"'`*.- ").find(bare.front()) != std::string_view::npos)
    bare.remove_prefix(1);
  while (!bare.empty() && std::string_view("\"'`*. ").find(bare.back()) != std::string_view::npos)
    bare.remove_suffix(1);
  for (const auto& label : labels)
    if (answer == label || lowered(bare) == lowered(label)) return label;
  return std::nullopt;
}

Task<Outcome> classify(ClassifyArgs args, const Call& call, std::size_t most_bytes) {
  if (auto refused = refusal_of_text(args.text, most_bytes)) co_return Failed{*refused};
  if (args.labels.size() < 2 || args.labels.size() > kMostLabels)
    co_return Failed{"`labels` are 2 to 100 texts, one of which is the answer"};
  std::string question = "Which of these labels fits the text best" +
                         (args.question ? ", judged by this question: " + *args.question : std::string(".")) + "\n" +
                         listed(args.labels) + marked_off(args.text);
  std::string answer;
  for (int tries = 0; tries < kTries; ++tries) {
    std::string again = tries == 0 ? "" : " An answer before was none of the labels.";
    auto asking = ask_model(call, "You label texts. Answer with one of the labels and nothing else." + again, question);
    answer = co_await std::move(asking);
    if (auto label = label_in(answer, args.labels)) co_return Done{write_json(json::object{{"label", *label}})};
  }
  co_return Failed{"the model gave none of the labels: '" + std::string(clip(answer, 80)) + "'"};
}

// Only what stands in the text. Entities that the model made up are counted.
json::object found_in(const std::string& text, const json::array& said) {
  json::array entities;
  std::set<std::pair<std::string, std::string>> seen;
  int made_up = 0;
  for (const auto& entity : said) {
    const auto* object = entity.if_object();
    const auto* name = object ? object->if_contains("text") : nullptr;
    const auto* type = object ? object->if_contains("type") : nullptr;
    if (!name || !name->is_string() || !type || !type->is_string()) continue;
    std::string as_text(name->get_string()), of_type(type->get_string());
    if (as_text.empty() || text.find(as_text) == std::string::npos)
      ++made_up;
    else if (seen.emplace(of_type, as_text).second)
      entities.push_back(json::object{{"type", of_type}, {"text", as_text}});
  }
  json::object found{{"entities", std::move(entities)}};
  if (made_up > 0) found["left_out_as_not_in_the_text"] = made_up;
  return found;
}

const json::array* entities_of(const json::value& answer) {
  if (const auto* list = answer.if_array()) return list;
  const auto* object = answer.if_object();
  const auto* list = object ? object->if_contains("entities") : nullptr;
  return list ? list->if_array() : nullptr;
}

Task<Outcome> extract(ExtractArgs args, const Call& call, std::size_t most_bytes) {
  if (auto refused = refusal_of_text(args.text, most_bytes)) co_return Failed{*refused};
  std::string question = "List the entities that the text names, each as it stands there.";
  if (args.types && !args.types->empty()) question += "\nOnly of these types:" + listed(*args.types);
  question += marked_off(args.text);
  for (int tries = 0; tries < kTries; ++tries) {
    std::string again = tries == 0 ? "" : " An answer before was no such JSON.";
    auto asking = ask_model(call,
                            "You extract entities. Answer with JSON and nothing else: "
                            "{\"entities\": [{\"type\": \"person\", \"text\": \"Ada Lovelace\"}]}." +
                                again,
                            question);
    auto answer = json_in(co_await std::move(asking));
    const auto* entities = answer ? entities_of(*answer) : nullptr;
    if (entities) co_return Done{write_json(found_in(args.text, *entities))};
  }
  co_return Failed{"the model gave no list of entities"};
}

Task<Outcome> summarize(SummarizeArgs args, const Call& call, std::size_t most_bytes) {
  if (auto refused = refusal_of_text(args.text, most_bytes)) co_return Failed{*refused};
  if (args.max_words && *args.max_words < 1) co_return Failed{"`max_words` must be 1 or more"};
  std::string question = "Summarize the text in at most " + std::to_string(args.max_words.value_or(200)) + " words.";
  if (args.focus) question += " What matters is: " + *args.focus;
  question += marked_off(args.text);
  auto asking = ask_model(call, "You summarize texts faithfully. Answer with the summary and nothing else.", question);
  auto summary = co_await std::move(asking);
  if (summary.empty()) co_return Failed{"the model gave an empty summary"};
  co_return Done{std::move(summary)};
}

template <class Args>
using MetaFunction = Task<Outcome> (*)(Args args, const Call& call, std::size_t most_bytes);

template <class Args>
std::shared_ptr<tool::Tool> meta_tool(std::string name, std::string description, MetaLimits limits,
                                      MetaFunction<Args> function) {
  tool::ToolInfo info;
  info.spec.name = std::move(name);
  info.spec.description = std::move(description);
  info.effect = tool::Effect::pure;
  info.timeout = Milliseconds(300'000);
  info.categories = {"text"};
  info.limit = tool::CallLimit{limits.calls, {"classify", "extract_entities", "summarize"}};
  auto run = [function, most = limits.input_bytes](Args args, const Call& call) {
    return function(std::move(args), call, most);
  };
  return make_tool<Args>(std::move(info), std::move(run));
}

}  // namespace

std::vector<std::shared_ptr<tool::Tool>> meta_tools(MetaLimits limits) {
  return {
      meta_tool<ClassifyArgs>("classify",
                              "Have a `text` labelled, apart from this conversation: the result is one of `labels`.",
                              limits, &classify),
      meta_tool<ExtractArgs>("extract_entities",
                             "Have the entities of a `text` listed (people, places, dates, ...), of these `types` if "
                             "they are given: each with its type, and as it stands in the text.",
                             limits, &extract),
      meta_tool<SummarizeArgs>(
          "summarize", "Have a `text` summarized, in at most `max_words` (default 200), with an eye to `focus`.",
          limits, &summarize),
  };
}

}  // namespace executus::tools
