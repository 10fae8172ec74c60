#include "mcp/stdio/stdio_transport.hpp"

#include <utility>

#include "base/text.hpp"
#include "mcp/wire/line_splitter.hpp"

namespace executus::mcp {

namespace {
constexpr std::size_t kShownOfErrors = 1'000;  // characters
}

// From the program's thread to the strand.
struct StdioTransport::Relay {
  std::shared_ptr<Strand> strand;
  StdioTransport* transport = nullptr;  // on the strand; null: it is gone
  LineSplitter lines = LineSplitter();  // on the program's thread

  static void post(const std::shared_ptr<Relay>& relay, std::function<void(StdioTransport&)> tell) {
    relay->strand->post([relay, tell = std::move(tell)] {
      if (relay->transport) tell(*relay->transport);
    });
  }
  static void output(const std::shared_ptr<Relay>& relay, std::string_view bytes) {
    auto lines = relay->lines.feed(bytes);
    if (!lines)
      post(relay, [why = lines.error()](StdioTransport& to) { to.fail(why); });
    else if (!lines->empty())
      post(relay, [all = std::move(*lines)](StdioTransport& to) { to.heard(all); });
  }
};

StdioTransport::StdioTransport(Parts parts) : parts_(std::move(parts)), relay_(std::make_shared<Relay>()) {
  relay_->strand = parts_.strand;
  relay_->transport = this;
}

StdioTransport::~StdioTransport() { relay_->transport = nullptr; }

void StdioTransport::open(Inbound& inbound) {
  inbound_ = &inbound;
  auto output = [relay = relay_](std::string_view bytes) { Relay::output(relay, bytes); };
  auto ended = [relay = relay_](const tools::LastingEnd& end) {
    Relay::post(relay, [end](StdioTransport& to) { to.ended(end); });
  };
  program_ = std::make_unique<tools::LastingProgram>(*parts_.guard, parts_.program,
                                                     tools::LastingProgram::Listener{output, ended});
}

void StdioTransport::send(Outgoing outgoing) {
  const auto* request = std::get_if<Request>(&outgoing.message);
  auto number = program_->write(write(outgoing.message) + "\n", std::move(outgoing.permit));
  if (!request) return;
  if (number)
    under_way_[request->id] = *number;
  else if (inbound_)
    inbound_->lost(request->id,
                   Loss{Loss::Got::no,
                        Loss::Why::ended,
                        {ErrorKind::disconnected, "mcp.ended", "its program has ended, or reads nothing"}});
}

void StdioTransport::cancel(RpcId request) {
  under_way_.erase(request);
  boost::json::object params{{"requestId", to_json(request)}, {"reason", "the answer is not wanted any more"}};
  send({Notification{"notifications/cancelled", std::move(params)}, {}, {}, {}});
}

Task<void> StdioTransport::close() {
  inbound_ = nullptr;
  if (!program_) co_return;
  program_->end();
  co_await over_.wait_shielded();
}

std::string StdioTransport::last_words() const {
  if (!program_) return {};
  auto errors = program_->last_errors();
  auto masked = parts_.masked ? parts_.masked(errors) : errors;
  return std::string(trim(clip_front(trim(masked), kShownOfErrors)));
}

void StdioTransport::heard(std::vector<std::string> lines) {
  for (const auto& line : lines) {
    auto read = read_messages(line);
    if (!read && parts_.complain)
      parts_.complain("it writes to its stdout what is no message: " + std::string(clip(line, 200)));
    if (!read) continue;
    for (const auto& problem : read->problems)
      if (parts_.complain) parts_.complain("it sends " + problem);
    for (auto& message : read->messages) hear(std::move(message));
  }
}

void StdioTransport::hear(Message message) {
  if (const auto* response = std::get_if<Response>(&message); response && response->id) under_way_.erase(*response->id);
  if (inbound_) inbound_->message(std::move(message), std::nullopt);
}

void StdioTransport::ended(const tools::LastingEnd& end) {
  over_.set();
  auto* inbound = std::exchange(inbound_, nullptr);
  if (!inbound) return;
  auto why = why_ended(end);
  for (auto& [id, number] : std::exchange(under_way_, {}))
    inbound->lost(id, Loss{number > end.written ? Loss::Got::no : Loss::Got::maybe, Loss::Why::ended, why});
  inbound->closed(std::move(why));
}

void StdioTransport::fail(Error why) {
  program_->end();
  auto* inbound = std::exchange(inbound_, nullptr);
  if (!inbound) return;
  under_way_.clear();
  inbound->closed(std::move(why));
}

Error StdioTransport::why_ended(const tools::LastingEnd& end) const {
  auto words = last_words();
  auto message = "its program " + tools::in_words(end) + (words.empty() ? "" : "; it wrote last to stderr: " + words);
  if (end.how == tools::LastingEnd::How::not_started) return failed("mcp.unreachable", std::move(message));
  return {ErrorKind::disconnected, "mcp.ended", std::move(message)};
}

}  // namespace executus::mcp
