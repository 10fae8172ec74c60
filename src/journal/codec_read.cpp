// Reads what codec_write.cpp writes, and anything else as an error.
#include <map>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include <executus/base/error.hpp>
#include <executus/base/json.hpp>
#include <executus/journal/entry.hpp>

#include "base/named.hpp"
#include "journal/entry_body.hpp"
#include "journal/entry_parts.hpp"

namespace executus::journal {
namespace {

namespace json = boost::json;

PhaseEnded decode_phase_ended(const Body& body) {
  return {ordinal_of(body, "index"), body.text("name"), enum_from<PhaseEnd>(body, "how", parse_phase_end),
          body.text("output"), body.text("error")};
}

llm::Response response_from(const Body& body) {
  return {llm::message_from_json(body.value("message")), finish_from(body.text("finish")),
          llm::usage_from_json(body.value("usage")), body.text("target")};
}

Cost cost_from(const Body& body) {
  if (!body.if_contains("cost_nano_usd")) return std::nullopt;
  return llm::NanoDollars{body.number("cost_nano_usd")};
}

Generated decode_generated(const Body& body) {
  return {call_of(body), ordinal_of(body, "ordinal"), body.text("request"), response_from(body), cost_from(body)};
}

BootMoment moment_from(const Body& body) { return {body.text("boot"), Milliseconds(body.number("since_boot_ms"))}; }

llm::CallWait wait_from(const Body& body) {
  llm::CallWait wait;
  if (body.if_contains("until")) wait.until = WallTime(Milliseconds(body.number("until")));
  if (body.if_contains("lasts_ms")) wait.lasts = Milliseconds(body.number("lasts_ms"));
  wait.begun = moment_from(body);
  wait.signal = body.text("signal");
  return wait;
}

std::optional<llm::CallWake::By> parse_by(std::string_view name) {
  if (name == "time") return llm::CallWake::By::time;
  if (name == "signal") return llm::CallWake::By::signal;
  return std::nullopt;
}

llm::CallWake wake_from(const Body& body) {
  llm::CallWake wake{enum_from<llm::CallWake::By>(body, "by", parse_by)};
  if (const auto* payload = body.if_contains("payload")) wake.payload = *payload;
  return wake;
}

Boxed<LeftSignal> signal_from(const Body& body) {
  if (!body.if_contains("signal")) return {};
  Body stored(body.value("signal"));
  LeftSignal signal{stored.text("name"), {}, WallTime(Milliseconds(stored.number("at")))};
  if (const auto* payload = stored.if_contains("payload")) signal.payload = *payload;
  return signal;
}

std::map<std::string, std::string> texts_by_name(const Body& body, std::string_view key) {
  std::map<std::string, std::string> texts;
  if (!body.if_contains(key)) return texts;
  for (const auto& [name, text] : body.object(key)) {
    if (!text.is_string()) malformed_body(key);
    texts[std::string(name)] = std::string(text.get_string());
  }
  return texts;
}

ToolOffer offer_from(const Body& body) {
  ToolOffer stored;
  auto& [source, declared, tools, offer, problem, reworded] = stored;
  if (!body.if_contains("source")) malformed_body("source");
  source = body.text("source");
  declared = body.text("declared");
  for (const auto& value : body.list("tools")) {
    Body tool(value);
    tools.push_back({tool.text("name"), tool.text("effect"), tool.text("digest")});
  }
  if (body.if_contains("offer")) offer = body.object("offer");
  problem = body.text("problem");
  reworded = texts_by_name(body, "reworded");
  return stored;
}

KeptCall kept_call_from(const Body& body) {
  KeptCall kept;
  auto& [call, state, decided, arguments, key, effect, dispatches, intent_at, is_run, runs_below, repeated_in_doubt,
         changed_by_person, agreed_to, wait, wake, plan] = kept;
  call = call_of(body);
  state = enum_from<llm::CallState>(body, "state", call_state);
  decided = body.flag("decided");
  if (body.if_contains("arguments")) arguments = body.text("arguments");
  key = body.text("key");
  effect = body.text("effect");
  dispatches = count_of(body, "dispatches");
  if (body.if_contains("intent_at")) intent_at = WallTime(Milliseconds(body.number("intent_at")));
  is_run = body.flag("is_run");
  runs_below = count_of(body, "runs_below");
  repeated_in_doubt = body.flag("repeated_in_doubt");
  changed_by_person = body.flag("changed_by_person");
  agreed_to = body.flag("agreed_to");
  if (const auto* waits = body.if_contains("wait")) wait = wait_from(Body(*waits));
  if (const auto* woken = body.if_contains("wake")) wake = wake_from(Body(*woken));
  if (body.if_contains("plan")) plan = body.object("plan");
  return kept;
}

CompactedHead compacted_head_from(const Body& body) {
  return {ordinal_of(body, "upto"), body.number("tokens"), body.text("summary")};
}

// The bindings make the compiler refuse a list that lacks a field. All but the first two may be absent.
Past past_from(const Body& body) {
  Past past;
  auto& [iteration, usage, spent, phases, artifacts, critic, submitted, finish, served_by, runs_below, attempts,
         unheard, messages, compacted, calls, generated, notes, offers] = past;
  if (!body.if_contains("iteration")) malformed_body("iteration");
  iteration = count_of(body, "iteration");
  usage = llm::usage_from_json(body.value("usage"));
  for (const auto& phase : body.list("phases")) phases.push_back(decode_phase_ended(Body(phase)));
  artifacts = artifacts_from(body.list("artifacts"));
  if (const auto* state = body.if_contains("critic")) critic = critic_from(Body(*state));
  if (body.if_contains("submitted")) submitted = body.text("submitted");
  if (const auto* part = body.if_contains("spent")) spent = llm::usage_from_json(*part);
  if (body.if_contains("finish")) finish = finish_from(body.text("finish"));
  served_by = body.text("served_by");
  runs_below = count_of(body, "runs_below");
  attempts = count_of(body, "attempts");
  unheard = texts_from(body, "unheard");
  if (body.if_contains("messages")) messages = ordinal_of(body, "messages");
  if (const auto* summary = body.if_contains("compacted")) compacted = compacted_head_from(Body(*summary));
  for (const auto& call_body : body.list("calls")) calls.push_back(kept_call_from(Body(call_body)));
  for (const auto& answer : body.list("generated")) generated.push_back(decode_generated(Body(answer)));
  notes = texts_by_name(body, "notes");
  for (const auto& offer : body.list("offers")) offers.push_back(offer_from(Body(offer)));
  return past;
}

void require_format(std::int64_t format) {
  if (format == kFormat) return;
  auto theirs = format == 0 ? "its journal names no format" : "journal format " + std::to_string(format);
  auto numbers = " (" + theirs + ", this one reads " + std::to_string(kFormat) + "); ";
  if (format > kFormat)
    throw failed("journal.newer",
                 "the run was written by a newer executus" + numbers + "use that version or a newer one");
  throw failed("journal.older",
               "the run was written by an older executus" + numbers + "go on with it there, or start it anew");
}

Continued continued_from(const Body& body) {
  auto upto = body.number("upto");
  if (upto <= 0) malformed_body("upto");
  return {body.text("run"), static_cast<std::uint64_t>(upto)};
}

Admitted decode_admitted(const Body& body) {
  require_format(body.number("format"));
  Admitted entry{body.object("agent"), body.object("invocation"), messages_from(body.list("input"))};
  if (const auto* past = body.if_contains("past")) entry.past = past_from(Body(*past));
  if (const auto* base = body.if_contains("continues")) entry.continues = continued_from(Body(*base));
  return entry;
}

Intended decode_intended(const Body& body) {
  Intended entry{call_of(body),     body.text("key"),     body.text("effect"),
                 moment_from(body), body.flag("renewed"), body.flag("is_run")};
  if (body.if_contains("plan")) entry.plan = body.object("plan");
  return entry;
}

Settled decode_settled(const Body& body) {
  Settled entry{call_of(body),
                enum_from<llm::CallState>(body, "state", settled_state),
                body.text("key"),
                body.text("text"),
                {},
                messages_from(body.list("attached")),
                std::nullopt};
  if (body.if_contains("submitted")) entry.submitted = body.text("submitted");
  entry.artifacts = artifacts_from(body.list("artifacts"));
  entry.runs_below = static_cast<int>(body.number("runs_below"));
  entry.notes = texts_by_name(body, "notes");
  if (const auto* images = body.if_contains("images")) {
    json::object result{{"call", ""}, {"name", ""}, {"text", ""}, {"images", *images}};
    json::object message{{"role", "tool"}, {"results", json::array{std::move(result)}}};
    entry.images = llm::message_from_json(message).tool_results.at(0).images;
  }
  return entry;
}

Waited decode_waited(const Body& body) {
  Waited entry{enum_from<WaitReason>(body, "reason", parse_wait_reason), {}, body.text("detail"), std::nullopt};
  for (const auto& call : body.list("calls")) entry.calls.push_back(position_from(call));
  if (body.if_contains("wake_at")) entry.wake_at = WallTime(Milliseconds(body.number("wake_at")));
  entry.signals = texts_from(body, "signals");
  return entry;
}

Gated decode_gated(const Body& body) {
  Gated entry{ordinal_of(body, "response"), {}};
  for (const auto& value : body.list("decisions")) {
    Body decision(value);
    entry.decisions.push_back({ordinal_of(decision, "index"), enum_from<Ruling>(decision, "ruling", parse_ruling),
                               decision.text("arguments"), decision.text("reason")});
  }
  return entry;
}

Approved decode_approved(const Body& body) {
  Approved entry{call_of(body), body.flag("approved"), body.text("reason"), body.text("by")};
  if (body.if_contains("answer")) entry.answer = body.text("answer");
  return entry;
}

Compacted decode_compacted(const Body& body) {
  return {ordinal_of(body, "upto"),
          body.text("summary"),
          body.number("tokens_before"),
          body.number("tokens_after"),
          llm::usage_from_json(body.value("usage")),
          body.text("error"),
          cost_from(body)};
}

Criticised decode_criticised(const Body& body) {
  return {body.text("nudge"),
          Milliseconds(body.number("extend_by_ms")),
          static_cast<int>(body.number("raise_steps_by")),
          body.flag("kill"),
          body.text("reason"),
          llm::usage_from_json(body.value("usage")),
          cost_from(body)};
}

std::optional<llm::MessagePart::Kind> parse_part(std::string_view name) {
  using enum llm::MessagePart::Kind;
  return find_named(name, {result_text, result_images, images});
}

Withheld decode_withheld(const Body& body) {
  if (!body.if_contains("items")) malformed_body("items");
  Withheld entry{{}, body.text("error")};
  for (const auto& value : body.list("items")) {
    Body item(value);
    auto kind = enum_from<llm::MessagePart::Kind>(item, "part", parse_part);
    auto result = kind == llm::MessagePart::Kind::images ? 0 : ordinal_of(item, "result");
    entry.items.push_back({{ordinal_of(item, "message"), kind, result}, item.text("note")});
  }
  return entry;
}

Mapped decode_mapped(const Body& body) {
  if (!body.if_contains("calls")) malformed_body("calls");
  Mapped entry;
  for (const auto& value : body.list("calls")) {
    Body call(value);
    entry.calls.push_back({call.text("id"), call.text("name"), call.text("arguments")});
  }
  return entry;
}

// Without them the call would be sent as it was.
std::string changed_arguments(const Body& body) {
  if (!body.if_contains("arguments")) malformed_body("arguments");
  return body.text("arguments");
}

}  // namespace

Payload decode(int kind, std::string_view text) {
  auto value = parse_json(text, kDeepestBody);
  if (!value) malformed_body("no JSON");
  Body body(*value);
  switch (kind) {
    case 1:
      return decode_admitted(body);
    case 2:
      return Opened{body.number("epoch"), body.text("worker")};
    case 3:
      return Responded{response_from(body), cost_from(body)};
    case 4:
      return decode_intended(body);
    case 5:
      return decode_settled(body);
    case 6:
      return Steered{llm::message_from_json(body.value("message")), body.text("source"), body.flag("undelivered"),
                     signal_from(body)};
    case 7:
      return decode_waited(body);
    case 8:
      return Retried{call_of(body)};
    case 9:
      return Ended{enum_from<RunStatus>(body, "status", parse_run_status), body.text("output"), body.text("error"),
                   body.text("error_code"), body.text("reason")};
    case 10:
      return PhaseStarted{ordinal_of(body, "index"), body.text("name"), body.text("system_prompt"), body.text("model")};
    case 11:
      return decode_phase_ended(body);
    case 12:
      return decode_gated(body);
    case 13:
      return decode_approved(body);
    case 14:
      return decode_compacted(body);
    case 15:
      return decode_criticised(body);
    case 16:
      return decode_generated(body);
    case 17:
      return Spent{body.text("target"), llm::usage_from_json(body.value("usage")), cost_from(body)};
    case 18:
      return decode_withheld(body);
    case 19:
      return Cut{body.text("text")};
    case 20:
      return Parked{call_of(body), wait_from(body), body.flag("may_have_happened")};
    case 21:
      return Woken{call_of(body), wake_from(body)};
    case 22:
      return Reopened{body.text("by")};
    case 23:
      return Redefined{body.object("agent"), body.text("by")};
    case 24:
      return decode_mapped(body);
    case 25:
      return CallChanged{call_of(body), body.text("was"), changed_arguments(body), body.text("reason"),
                         body.text("by")};
    case 26:
      return Offered{offer_from(body)};
    default:
      throw failed("journal.newer", "the run holds a journal entry of kind " + std::to_string(kind) +
                                        ", which this executus does not know; use a newer version");
  }
}

}  // namespace executus::journal
