#include "mcp/connection/connection.hpp"

#include <utility>

#include <executus/base/json.hpp>

#include "mcp/wire/codes.hpp"
#include "mcp/wire/request_meta.hpp"

namespace executus::mcp {
namespace {

namespace json = boost::json;

LogLevel log_level_of(std::string_view level) {
  if (level == "debug") return LogLevel::debug;
  if (level == "info" || level == "notice") return LogLevel::info;
  return level == "warning" ? LogLevel::warn : LogLevel::error;
}

std::string in_words(const LogLine& line) {
  const auto* text = line.data.if_string();
  auto said = text ? std::string(*text) : write_json(line.data);
  return line.logger.empty() ? said : line.logger + ": " + said;
}

json::object listed(const std::vector<Root>& roots) {
  json::array list;
  for (const auto& root : roots) {
    json::object one{{"uri", root.uri}};
    if (!root.name.empty()) one["name"] = root.name;
    list.push_back(std::move(one));
  }
  return {{"roots", std::move(list)}};
}

constexpr std::string_view kListen = "subscriptions/listen";  // goes on as long as the connection

Error closed_here() { return {ErrorKind::disconnected, "mcp.ended", "the connection to it was closed"}; }

}  // namespace

Task<Opened> Connection::open() {
  handshake_.emplace(
      Handshake::Setup{parts_.client->capabilities(), parts_.hint, parts_.probe_time, parts_.startup_time});
  start_transport();
  act(handshake_->begin());
  auto result = co_await opening_.wait();
  co_return std::move(result).value();
}

void Connection::start_transport() {
  transport_ = parts_.transport();
  transport_->open(*this);
}

void Connection::act(Handshake::Next next) {
  std::visit([this](auto& what) { act_on(std::move(what)); }, next);
}

void Connection::act_on(Handshake::Send send) {
  asked_last_ = send.request.id;
  set_timer(send.wait);
  transport_->send({std::move(send.request), {}, {}, Transport::Sends::repeatable});
}

void Connection::act_on(Handshake::Restart) {
  try {
    start_transport();
  } catch (...) {
    return act(current_error());
  }
  act(handshake_->restarted());
}

void Connection::act_on(Opened opened) {
  forget_timer();
  handshake_.reset();
  transport_->use(opened);
  if (!is_modern(opened.version)) transport_->send({Notification{"notifications/initialized", {}}, {}, {}, {}});
  open_ = opened;
  opening_.set(std::move(opened));
}

void Connection::act_on(Error why) {
  forget_timer();
  handshake_.reset();
  over_ = why;
  opening_.set(std::move(why));
}

void Connection::set_timer(Milliseconds wait) {
  forget_timer();
  auto ring = [self = weak_from_this(), strand = parts_.strand, number = ++timers_] {
    strand->post([self, number] {
      auto here = self.lock();
      if (here && here->handshake_ && here->timers_ == number) here->act(here->handshake_->silence());
    });
  };
  auto& loop = parts_.strand->loop();
  timer_ = loop.call_at(later(loop.clock().mono(), wait), std::move(ring));
}

void Connection::forget_timer() {
  if (timer_ != 0) parts_.strand->loop().cancel_timer(std::exchange(timer_, 0));
}

Exchange Connection::ask(Ask ask) {
  auto mailbox = std::make_shared<Mailbox>();
  RpcId id = ++ids_;
  parts_.strand->post([self = shared_from_this(), id, mailbox, ask = std::move(ask)]() mutable {
    self->begin(std::move(id), std::move(ask), std::move(mailbox));
  });
  auto cancel = [self = weak_from_this(), strand = parts_.strand, id] {
    strand->post([self, id] {
      if (auto here = self.lock()) here->give_up(id);
    });
  };
  return {std::move(mailbox), std::move(cancel)};
}

void Connection::begin(RpcId id, Ask ask, std::shared_ptr<Mailbox> mailbox) {
  if (over_ || !open_) return mailbox->put(Loss{Loss::Got::no, Loss::Why::ended, over_.value_or(closed_here())});
  under_way_[id] = std::move(mailbox);
  const bool progresses = ask.method != kListen;
  auto params =
      with_meta(std::move(ask.params),
                {open_->version, ask.ours, progresses ? std::optional(id) : std::nullopt, std::move(ask.log_level)});
  Request request{std::move(id), std::move(ask.method), std::move(params)};
  transport_->send({std::move(request), std::move(ask.headers), std::move(ask.permit), ask.sends});
}

void Connection::give_up(RpcId id) {
  if (take(id) && transport_) transport_->cancel(std::move(id));
}

Task<json::object> Connection::request(std::string method, json::object params) {
  Ask wanted{std::move(method), std::move(params), parts_.client->capabilities(), {}, {}, {}, {}};
  auto exchange = ask(std::move(wanted));
  for (;;) {
    Heard heard = co_await exchange.next();
    if (auto* loss = std::get_if<Loss>(&heard)) throw Error(loss->problem);
    auto* response = std::get_if<Response>(&heard);
    if (!response) continue;
    if (const auto* error = response->error())
      throw failed("mcp.refused", "it refused: " + error->message + " (" + std::to_string(error->code) + ")");
    co_return *response->result();
  }
}

Task<void> Connection::close() {
  forget_timer();
  handshake_.reset();
  if (!over_) over_ = closed_here();
  opening_.set(*over_);
  lose_all(*over_);
  changed_ = nullptr, ended_ = nullptr;
  if (transport_) co_await transport_->close();
  transport_.reset();
}

std::string Connection::last_words() const { return transport_ ? transport_->last_words() : std::string(); }

std::shared_ptr<Mailbox> Connection::take(const RpcId& id) {
  auto found = under_way_.find(id);
  if (found == under_way_.end()) return nullptr;
  auto mailbox = std::move(found->second);
  under_way_.erase(found);
  return mailbox;
}

void Connection::lose_all(const Error& why) {
  for (auto& [id, mailbox] : std::exchange(under_way_, {})) mailbox->put(Loss{Loss::Got::maybe, Loss::Why::ended, why});
}

void Connection::message(Message message, std::optional<RpcId> on) {
  if (auto* response = std::get_if<Response>(&message)) return hear(std::move(*response));
  if (auto* notification = std::get_if<Notification>(&message)) return hear(*notification, on);
  hear(std::get<Request>(message));
}

void Connection::hear(Response response) {
  if (handshake_) return act(handshake_->answered(response));
  auto mailbox = response.id ? take(*response.id) : nullptr;
  if (mailbox) return mailbox->put(std::move(response));
  if (!response.id && response.error())
    parts_.client->said(LogLevel::warn, "it could not read a message: " + response.error()->message);
}

void Connection::hear(const Notification& notification, const std::optional<RpcId>& on) {
  auto notice = read_notice(notification);
  if (!notice) return;
  if (auto* line = std::get_if<LogLine>(&*notice)) return pass_on(std::move(*line), on);
  if (auto* changed = std::get_if<ListChanged>(&*notice); changed && changed_) return changed_(*changed);
  auto* progress = std::get_if<Progress>(&*notice);
  auto found = progress ? under_way_.find(progress->token) : under_way_.end();
  if (found != under_way_.end()) found->second->put(std::move(*progress));
}

void Connection::pass_on(LogLine line, const std::optional<RpcId>& on) {
  parts_.client->said(log_level_of(line.level), in_words(line));
  auto found = on ? under_way_.find(*on) : under_way_.end();
  if (found != under_way_.end()) found->second->put(std::move(line));
}

// What is not declared is not asked for; a server that asks all the same is told so.
void Connection::hear(const Request& request) {
  Response response{request.id, json::object()};
  if (request.method == "roots/list" && parts_.client->capabilities().roots)
    response.what = listed(parts_.client->roots());
  else if (request.method != "ping")
    response.what = RpcError{kMethodNotFound, "this client has no " + request.method, nullptr};
  if (transport_) transport_->send({std::move(response), {}, {}, {}});
}

void Connection::lost(RpcId request, Loss loss) {
  if (handshake_) {
    if (request != asked_last_ || loss.why == Loss::Why::ended) return;  // closed() follows
    if (loss.status >= 400) return act(handshake_->refused(loss.status, loss.body, loss.challenge));
    return act(loss.problem);
  }
  if (auto mailbox = take(request)) mailbox->put(std::move(loss));
}

void Connection::closed(Error why) {
  if (handshake_ && why.code() == "mcp.ended") return act(handshake_->closed(why.message()));
  if (handshake_) return act(std::move(why));
  if (over_) return;
  over_ = why;
  lose_all(why);
  if (ended_) ended_(std::move(why));
}

}  // namespace executus::mcp
