#include <algorithm>

#include <executus/async/timing.hpp>
#include <executus/llm/meta.hpp>
#include <executus/llm/spec.hpp>

#include "base/text.hpp"
#include "llm/answer/answer_reading.hpp"
#include "llm/telemetry/ledgered.hpp"

namespace executus::llm {
namespace json = boost::json;
namespace {

AnswerSchema label_schema(const std::vector<std::string>& labels) {
  json::array choices;
  for (const auto& label : labels) choices.push_back(json::value(std::string_view(label)));
  json::object label{{"type", "string"}, {"enum", std::move(choices)}};
  return {"label",
          {{"type", "object"},
           {"properties", {{"label", std::move(label)}}},
           {"required", {"label"}},
           {"additionalProperties", false}}};
}

// What takes too long is an error of its own; only a cancellation from outside is one here too.
template <class T>
Task<T> within(Milliseconds patience, Task<T> asking, std::string target) {
  TaskContext context = co_await this_task();
  const auto until = later(context.strand->loop().clock().mono(), patience);
  try {
    co_return co_await with_deadline(until, std::move(asking), "the answer took too long");
  } catch (const Cancelled&) {
    if (context.scope->cancelled()) throw;
  }
  throw ModelError(Failure::transient, "model.timeout",
                   target + " gave no answer within " + std::to_string(patience.count()) +
                       " ms; try again, or allow more time (MetaOptions::patience)");
}

// `model` lives as long as the call.
Task<StructuredAnswer<std::string>> text_of(std::shared_ptr<Model> model, Request request) {
  Response response = co_await model->generate(std::move(request), nullptr);
  StructuredAnswer<std::string> answer;
  answer.target = response.target.empty() ? model->target() : response.target;
  throw_if_stopped(response, answer.target);
  answer.value = std::string(trim(response.message.text()));
  answer.usage = response.usage;
  if (answer.value.empty())
    throw ModelError(Failure::permanent, "model.answer",
                     answer.target + " answered nothing; ask in other words, or ask another model");
  co_return answer;
}

Task<JsonAnswer> json_of(std::shared_ptr<Model> model, Request request, AnswerSchema schema, AnswerCheck check) {
  co_return co_await generate_json(*model, std::move(request), std::move(schema), check);
}

}  // namespace

struct MetaCalls::Prepared {
  std::shared_ptr<Model> model;  // enters its calls in the ledger
  Request request;
};

MetaCalls::MetaCalls(ModelResolver& models, Logger& logger, MetaOptions options)
    : models_(models), logger_(logger), options_(std::move(options)) {}

void MetaCalls::check_tier(const std::string& tier) const {
  auto name = split_parameters(tier).value().name;
  if (!name.empty() && std::ranges::find(options_.tiers, name) != options_.tiers.end()) return;
  std::string allowed;
  for (const auto& each : options_.tiers) allowed += (allowed.empty() ? "" : ", ") + each;
  throw failed("meta.tier", "the tier '" + name + "' may not be asked for meta calls; allowed: " +
                                (allowed.empty() ? "none" : allowed) + " (MetaOptions::tiers)");
}

MetaCalls::Prepared MetaCalls::prepare(MetaQuestion question) const {
  if (question.tier.empty() && !options_.tiers.empty()) question.tier = options_.tiers.front();
  check_tier(question.tier);
  auto resolved = models_.resolve(question.tier).value();
  if (!resolved.model) throw failed("model.missing", "the resolver gave no model for '" + question.tier + "'");
  Prepared prepared;
  prepared.request.system = std::move(question.instructions);
  prepared.request.messages.push_back(user_message(std::move(question.input)));
  prepared.request.max_output_tokens = options_.max_output_tokens;
  prepared.request.attribution = question.attribution ? question.attribution : resolved.attribution;
  LedgerPage page{std::move(question.purpose), std::move(question.tier), {}};
  if (prepared.request.attribution) page.attribution = *prepared.request.attribution;
  prepared.model = ledgered(std::move(resolved.model), std::move(page), options_, logger_);
  return prepared;
}

Task<StructuredAnswer<std::string>> MetaCalls::text(MetaQuestion question) const {
  auto prepared = prepare(std::move(question));
  auto target = prepared.model->target();
  co_return co_await within(options_.patience, text_of(std::move(prepared.model), std::move(prepared.request)),
                            std::move(target));
}

Task<JsonAnswer> MetaCalls::json(MetaQuestion question, AnswerSchema schema, AnswerCheck check) const {
  auto prepared = prepare(std::move(question));
  auto target = prepared.model->target();
  auto asking = json_of(std::move(prepared.model), std::move(prepared.request), std::move(schema), check);
  co_return co_await within(options_.patience, std::move(asking), std::move(target));
}

Task<StructuredAnswer<std::string>> MetaCalls::classify(MetaQuestion question, std::vector<std::string> labels) const {
  if (labels.empty())
    throw failed("meta.labels", "there is nothing to choose from for '" + question.purpose + "'; give labels");
  JsonAnswer chosen = co_await json(std::move(question), label_schema(labels));
  StructuredAnswer<std::string> label;
  label.value = std::string_view(chosen.value.at("label").as_string());
  label.usage = chosen.usage;
  label.target = std::move(chosen.target);
  co_return label;
}

}  // namespace executus::llm
