#include <algorithm>
#include <iterator>
#include <utility>

#include <executus/base/error.hpp>
#include <executus/llm/conversation.hpp>

namespace executus::llm {

std::string_view to_string(CallState state) {
  switch (state) {
    case CallState::pending:
      return "pending";
    case CallState::awaiting_approval:
      return "awaiting_approval";
    case CallState::denied:
      return "denied";
    case CallState::dispatched:
      return "dispatched";
    case CallState::not_dispatched:
      return "not_dispatched";
    case CallState::done:
      return "done";
    case CallState::failed:
      return "failed";
    case CallState::in_doubt:
      return "in_doubt";
    case CallState::parked:
      return "parked";
  }
  return "pending";
}

std::string_view to_string(MessagePart::Kind kind) {
  switch (kind) {
    case MessagePart::Kind::result_text:
      return "result_text";
    case MessagePart::Kind::result_images:
      return "result_images";
    case MessagePart::Kind::images:
      return "images";
  }
  return "result_text";
}

void Conversation::begin(const Transcript& messages) {
  if (steps() > 0) earlier_.append(transcript_);
  transcript_ = messages;
  began_with_ = messages.size();
  for (const auto& message : messages)
    for (const auto& call : message.tool_calls) call_ids_.insert(call.id);
  ++revision_;
  after_batch_.clear();
  after_results_ = 0;
  first_response_ = responses_;
  batch_ = calls_.size();
  last_finish_ = FinishReason::stop;
}

// Nothing may come between a call and its result.
void Conversation::add(Message message) {
  if (open_batch().empty())
    transcript_.push_back(std::move(message));
  else
    after_batch_.push_back(std::move(message));
}

void Conversation::add_response(Response response) {
  usage_ += response.usage;
  last_finish_ = response.finish;
  batch_ = calls_.size();
  std::uint32_t index = 0;
  for (const auto& call : response.message.tool_calls) {
    CallRecord record;
    record.position = {responses_, index++};
    record.call = call;
    call_ids_.insert(call.id);
    calls_.push_back(std::move(record));
  }
  ++responses_;
  transcript_.push_back(std::move(response.message));
}

void Conversation::add_mapped(const std::vector<ToolCall>& calls) {
  Response response;
  response.message = assistant_message("", calls);
  response.finish = FinishReason::tool_calls;
  add_response(std::move(response));
  for (std::size_t i = batch_; i < calls_.size(); ++i) calls_[i].mapped = true;
}

void Conversation::drop_answer() {
  transcript_.pop_back();
  last_finish_ = FinishReason::stop;
  ++revision_;
}

namespace {

[[noreturn]] void no_such_part(const MessagePart& part) {
  throw failed("journal.malformed", "the journal speaks of a part of message " + std::to_string(part.message) +
                                        " that is not there; it is damaged");
}

void add_paragraph(std::string& text, const std::string& note) { text += text.empty() ? note : "\n" + note; }

}  // namespace

void Conversation::replace_by_note(const MessagePart& part, const std::string& note) {
  if (part.message >= transcript_.size()) no_such_part(part);
  Message message = transcript_[part.message];
  if (part.kind == MessagePart::Kind::images) {
    std::erase_if(message.parts, [](const Part& each) { return std::holds_alternative<Image>(each); });
    message.parts.emplace_back(Text{note});
  } else {
    if (part.result >= message.tool_results.size()) no_such_part(part);
    auto& result = message.tool_results[part.result];
    if (part.kind == MessagePart::Kind::result_text)
      result.text = note;
    else
      result.images.clear(), add_paragraph(result.text, note);
  }
  transcript_.replace(part.message, std::move(message));
  ++revision_;
}

CallRecord& Conversation::call_at(CallPosition position) {
  auto open = std::span(calls_).subspan(batch_);
  auto found = std::ranges::lower_bound(open, position, {}, &CallRecord::position);
  if (found != open.end() && found->position == position) return *found;
  throw failed("journal.malformed", "the journal speaks of call " + std::to_string(position.index) + " of response " +
                                        std::to_string(position.response) + ", which is not open; it is damaged");
}

// They are in the order of their positions.
const CallRecord* Conversation::find_call(CallPosition position) const noexcept {
  auto found = std::ranges::lower_bound(calls_, position, {}, &CallRecord::position);
  return found == calls_.end() || found->position != position ? nullptr : &*found;
}

CallRecord* Conversation::find_call(CallPosition position) noexcept {
  return const_cast<CallRecord*>(std::as_const(*this).find_call(position));
}

std::vector<Message> Conversation::settle(CallPosition position, CallState state, ToolResult result,
                                          std::vector<Message> attached) {
  CallRecord& record = call_at(position);
  record.state = state;
  record.result = std::move(result);
  record.attached = std::move(attached);
  record.intent_moment = {};
  record.wait.reset();
  record.wake.reset();
  return close_batch_when_settled();
}

std::span<const CallRecord> Conversation::open_batch() const noexcept { return std::span(calls_).subspan(batch_); }

std::optional<std::size_t> Conversation::results_at_end() const noexcept {
  if (after_results_ == 0 || after_results_ != transcript_.size()) return std::nullopt;
  return results_;
}

// The results become one message, and what was attached follows it.
std::vector<Message> Conversation::close_batch_when_settled() {
  auto open = std::span(calls_).subspan(batch_);
  if (!std::all_of(open.begin(), open.end(), [](const CallRecord& record) { return is_settled(record.state); }))
    return {};
  Message message;
  message.role = Role::tool;
  std::vector<Message> attached;
  for (auto& record : open) {
    message.tool_results.push_back(std::exchange(record.result, {}));
    std::ranges::move(std::exchange(record.attached, {}), std::back_inserter(attached));
  }
  results_ = transcript_.size();
  transcript_.push_back(std::move(message));
  batch_ = calls_.size();
  for (const auto& each : attached) transcript_.push_back(each);
  after_results_ = transcript_.size();
  for (auto& later : std::exchange(after_batch_, {})) transcript_.push_back(std::move(later));
  return attached;
}

namespace {

// A call that is open is settled by the first result for it.
void settle_open_call(Conversation& conversation, const ToolResult& result) {
  for (const auto& call : conversation.open_batch()) {
    if (call.call.id != result.call_id || is_settled(call.state)) continue;
    conversation.settle(call.position, result.is_error ? CallState::failed : CallState::done, result);
    return;
  }
}

}  // namespace

Conversation conversation_of(const Transcript& messages, std::uint32_t earlier, FinishReason finish) {
  Conversation conversation(earlier);
  for (const auto& message : messages) {
    if (message.role == Role::assistant)
      conversation.add_response({message, finish, {}, ""});
    else if (message.role == Role::tool)
      for (const auto& result : message.tool_results) settle_open_call(conversation, result);
    else
      conversation.add(message);
  }
  return conversation;
}

}  // namespace executus::llm
