#include "mcp/http/http_transport.hpp"

#include <utility>

#include <executus/async/one_shot.hpp>
#include <executus/async/timing.hpp>

#include "mcp/http/http_answer.hpp"
#include "mcp/http/http_exchange.hpp"
#include "mcp/wire/fields.hpp"

namespace executus::mcp {
namespace {

constexpr Milliseconds kLongestGoodbye{1'000};
constexpr Milliseconds kLongestIntroduction{60'000};
constexpr Milliseconds kLongestCancelling{10'000};
constexpr std::string_view kInitialized = "notifications/initialized";

// The rest of a task runs after what is going on now: an Inbound is told nothing from within send().
Task<void> afterwards(std::shared_ptr<Strand> strand) {
  OneShot<> now;
  strand->post([now] { now.set(); });
  co_await now.wait();
}

Then take_nothing(const Message&) { return Then::go_on; }

}  // namespace

HttpTransport::HttpTransport(std::shared_ptr<Strand> strand, HttpChannel::Where where)
    : strand_(std::move(strand)), channel_(std::move(where)), group_(TaskContext{strand_.get(), &scope_}) {}

void HttpTransport::use(const Opened& opened) {
  modern_ = is_modern(opened.version);
  if (!modern_) channel_.agreed.version = opened.version;
}

// A modern server is sent requests alone: that their answers are closed says that they are not wanted.
void HttpTransport::send(Outgoing outgoing) {
  const auto* request = std::get_if<Request>(&outgoing.message);
  const auto* notification = std::get_if<Notification>(&outgoing.message);
  if (modern_ && !request) return;
  if (request && request->method == "initialize") initialize_ = *request;
  if (notification && notification->method == kInitialized) {
    introduction_ = *notification;
    introducing_ = true;
    return group_.spawn(introduce());
  }
  if (introducing_)
    held_.push_back(std::move(outgoing));
  else
    group_.spawn(carry(std::move(outgoing)));
}

void HttpTransport::cancel(RpcId request) {
  std::erase_if(held_, [&](const Outgoing& held) {
    const auto* of_held = std::get_if<Request>(&held.message);
    return of_held && of_held->id == request;
  });
  auto found = under_way_.extract(request);
  if (!found) return;
  found.mapped()->cancel({Cause::caller, "the answer is not wanted any more"});
  if (introduction_) group_.spawn(say_cancelled(std::move(request)));
}

// A modern server hears of it by the end of the stream, a legacy one does not.
Task<void> HttpTransport::say_cancelled(RpcId request) {
  try {
    co_await afterwards(strand_);
    boost::json::object params{{"requestId", to_json(request)}, {"reason", "the answer is not wanted any more"}};
    Notification cancelled{"notifications/cancelled", std::move(params)};
    co_await say(std::move(cancelled), kLongestCancelling);
  } catch (...) {
    // All ends, or the server goes on for nothing.
  }
}

// A server that takes no notice of it within that time is gone on with.
Task<void> HttpTransport::say(Notification notification, Milliseconds most) {
  auto context = co_await this_task();
  auto by = later(context.strand->loop().clock().mono(), most);
  Outgoing outgoing{.message = std::move(notification)};
  HttpExchange exchange(channel_, std::move(outgoing), take_nothing);
  try {
    static_cast<void>(co_await with_deadline(by, exchange.run(), "the time of a notification to an MCP server"));
  } catch (const Cancelled&) {
    if (context.scope->cancelled()) throw;
  }
}

Task<void> HttpTransport::introduce() {
  auto context = co_await this_task();
  try {
    co_await afterwards(strand_);
    co_await say(*introduction_, kLongestIntroduction);
  } catch (...) {
    // All ends; else the answers to requests will tell.
  }
  if (context.scope->cancelled()) co_return;
  introducing_ = false;
  begin_listening();
  for (auto& held : std::exchange(held_, {})) group_.spawn(carry(std::move(held)));
}

Task<void> HttpTransport::carry(Outgoing outgoing) {
  auto context = co_await this_task();
  CancelScope scope(*context.scope);
  TaskContext inner{context.strand, &scope};
  const auto* request = std::get_if<Request>(&outgoing.message);
  auto id = request ? std::optional(request->id) : std::nullopt;
  if (id) under_way_[*id] = &scope;
  std::optional<Loss> loss;
  try {
    co_await afterwards(strand_).in(inner);
    Hears hears = [this, id](Message message) {
      if (id && under_way_.contains(*id)) inbound_->message(std::move(message), id);
      return Then::go_on;
    };
    loss = co_await answered(std::move(outgoing), std::move(hears)).in(inner);
  } catch (...) {  // not wanted any more, all ends, or what lies below has given up
    if (!scope.cancelled()) loss = loss_of(current_error(), channel_.server());
  }
  bool wanted = id && under_way_.erase(*id) != 0 && !scope.cancelled();
  if (wanted && loss) inbound_->lost(*id, std::move(*loss));
}

Task<std::optional<Loss>> HttpTransport::answered(Outgoing outgoing, Hears hears) {
  auto session = channel_.agreed.session;
  auto loss = co_await HttpExchange(channel_, outgoing, hears).run();
  if (!loss || loss->why != Loss::Why::session_gone || !initialize_) co_return loss;
  if (auto failed_to = co_await renewed(session)) co_return failed_to;
  co_return co_await HttpExchange(channel_, std::move(outgoing), std::move(hears)).run();
}

// Of the requests that meet a forgotten session one begins another.
Task<std::optional<Loss>> HttpTransport::renewed(std::string forgotten) {
  auto turn = co_await renewing_.take();
  if (channel_.agreed.session != forgotten) co_return std::nullopt;
  std::optional<Loss> loss;
  try {
    loss = co_await initialized_again();
  } catch (...) {
    channel_.agreed.session = std::move(forgotten);
    throw;
  }
  if (!loss) co_return std::nullopt;
  channel_.agreed.session = std::move(forgotten);  // so that the next request tries it again
  loss->got = Loss::Got::no;
  loss->why = Loss::Why::session_gone;
  co_return loss;
}

Task<std::optional<Loss>> HttpTransport::initialized_again() {
  Outgoing initialize{.message = *initialize_};
  std::optional<Response> answer;
  Hears hears = [&answer](Message message) {
    if (auto* response = std::get_if<Response>(&message)) answer = std::move(*response);
    return Then::go_on;
  };
  if (auto loss = co_await HttpExchange(channel_, std::move(initialize), std::move(hears)).run()) co_return loss;
  const auto* result = answer ? answer->result() : nullptr;
  auto version = result ? parse_version(text_or(*result, "protocolVersion")) : std::nullopt;
  if (!version || version != channel_.agreed.version)
    co_return Loss{.problem = Error(ErrorKind::disconnected, "mcp.session",
                                    "MCP server '" + channel_.server() +
                                        "' has forgotten its session, and began no other " + "of the same version")};
  if (!introduction_) co_return std::nullopt;
  co_await say(*introduction_, kLongestIntroduction);
  begin_listening();
  co_return std::nullopt;
}

void HttpTransport::begin_listening() {
  if (std::exchange(listening_, true)) return;
  group_.spawn(listen());
}

// For as long as the server keeps such a stream for this session.
Task<void> HttpTransport::listen() {
  try {
    Resumption place;
    while (co_await heard_out(place)) co_await sleep_for(*place.next_wait(Resumption::Needs::nothing));
  } catch (const Cancelled&) {
    // All ends.
  }
  listening_ = false;
}

Task<bool> HttpTransport::heard_out(Resumption& place) {
  try {
    auto stream = co_await channel_.listen(place.last_id());
    if (stream.status != 200 || answer_kind(stream.headers, stream.status) != AnswerKind::events) co_return false;
    Hears hears = [this](Message message) {
      inbound_->message(std::move(message), std::nullopt);
      return Then::go_on;
    };
    static_cast<void>(co_await read_events(std::move(stream.body), place, std::move(hears)));
  } catch (const Cancelled&) {
    throw;
  } catch (const Error&) {
    // It broke, and is gone on with.
  }
  co_return true;
}

Task<void> HttpTransport::close() {
  held_.clear();
  under_way_.clear();
  group_.cancel({Cause::caller, "the connection is closed"});
  co_await group_.join();
  if (channel_.agreed.session.empty()) co_return;
  try {
    auto context = co_await this_task();
    auto by = later(context.strand->loop().clock().mono(), kLongestGoodbye);
    co_await with_deadline(by, end_session(), "the server did not answer the end of its session");
  } catch (const Error&) {
    // It ends by itself some day.
  }
}

Task<void> HttpTransport::end_session() {
  auto stream = co_await channel_.end_session();
  stream.body->discard();
}

}  // namespace executus::mcp
