#include "mcp/servers/server.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <executus/async/timing.hpp>

namespace executus::mcp {
namespace {

constexpr int kMostPages = 100;
constexpr std::size_t kMostTools = 1'000;
constexpr Milliseconds kTimeToClose{10'000};

Task<void> wait_on(OneShot<> news) { co_await news.wait(); }

// Changes of its tools, which a modern server tells only when it is asked. Nothing: it tells them unasked, or never.
std::optional<Exchange> listen_for_changes(Connection& connection, const Opened& opened) {
  if (!is_modern(opened.version) || !abilities_from(opened.capabilities, opened.version).tool_changes)
    return std::nullopt;
  Connection::Ask ask;
  ask.method = "subscriptions/listen";
  ask.params = {{"notifications", boost::json::object{{"toolsListChanged", true}}}};
  return connection.ask(std::move(ask));
}

// From which level on it tells its log; modern servers are told with each call.
Task<void> set_log_level(std::shared_ptr<Connection> connection, Opened opened, std::string level, Milliseconds most) {
  if (level.empty() || is_modern(opened.version)) co_return;
  if (!abilities_from(opened.capabilities, opened.version).logging) co_return;
  auto context = co_await this_task();
  std::string method = "logging/setLevel";
  boost::json::object params{{"level", level}};
  try {
    auto asked = connection->request(std::move(method), std::move(params));
    auto until = later(context.strand->loop().clock().mono(), most);
    (void)co_await with_deadline(until, std::move(asked), "the answer to logging/setLevel");
  } catch (const Error&) {  // it logs as it likes
    if (context.scope->cancelled()) throw;
  }
}

Error endless_list() {
  return failed("mcp.too_large", "its list of tools does not end within " + std::to_string(kMostTools) + " tools");
}

}  // namespace

const ListedTool* ReadyServer::find(std::string_view remote) const {
  auto found = std::ranges::find(*tools, remote, &ListedTool::name);
  return found == tools->end() ? nullptr : &*found;
}

Task<void> Server::live(std::shared_ptr<Server> self) {
  auto context = co_await this_task();
  self->strand_ = context.strand->shared_from_this();
  Error why(ErrorKind::disconnected, "mcp.ended", "this process is about to end");
  try {
    while (co_await self->live_once()) {
    }
  } catch (...) {
    if (!context.scope->cancelled()) why = current_error();
  }
  self->become(State::waiting, std::move(why));
  if (!self->connection_) co_return;
  try {
    co_await detached_for(kTimeToClose, self->connection_->close(), "the end of an MCP server");
  } catch (...) {  // it ends with its owner
  }
}

// False: it is not a server of the pool any more.
Task<bool> Server::live_once() {
  for (;;) {
    {
      std::lock_guard lock(mutex_);
      if (std::exchange(wanted_, false)) break;
    }
    if (parts_.retire && parts_.retire()) co_return false;
    co_await wait_for_news(std::nullopt);
  }
  become(State::starting, std::nullopt);
  ready_since_.reset();
  auto problem = co_await start_and_serve();
  co_await let_go();
  if (!problem) {
    become(State::idle, std::nullopt);
    co_return true;
  }
  auto now = strand_->loop().clock().mono();
  auto lived = std::chrono::duration_cast<Milliseconds>(now - ready_since_.value_or(now));
  co_await pause(std::move(*problem), pace_.after_end(lived));
  co_return true;
}

// Why it cannot go on. Nothing: it is not used any more.
Task<std::optional<Error>> Server::start_and_serve() {
  auto context = co_await this_task();
  try {
    co_await start();
    become(State::ready, std::nullopt);
    ready_since_ = strand_->loop().clock().mono();
    co_await serve();
    std::lock_guard lock(mutex_);
    co_return ended_;
  } catch (...) {
    if (context.scope->cancelled()) throw;
    co_return current_error();
  }
}

// What goes wrong with the end of a connection is no reason to begin no other.
Task<void> Server::let_go() {
  auto context = co_await this_task();
  try {
    if (connection_) co_await connection_->close();
  } catch (...) {
    if (context.scope->cancelled()) throw;
  }
  connection_.reset();
}

Task<void> Server::start() {
  Connection::Parts parts;
  parts.strand = strand_;
  parts.transport = [this] { return parts_.transport(strand_); };
  parts.client = parts_.client;
  parts.startup_time = parts_.config.startup_time;
  connection_ = Connection::make(std::move(parts));
  connection_->on_change([this](ListChanged changed) {
    if (changed.of != ListChanged::Of::tools) return;
    std::lock_guard lock(mutex_);
    list_is_old_ = true, tell_news();
  });
  connection_->on_end([this](Error why) {
    std::lock_guard lock(mutex_);
    ended_ = std::move(why), tell_news();
  });
  {
    std::lock_guard lock(mutex_);
    ended_.reset(), list_is_old_ = false;
  }
  auto opened = co_await connection_->open();
  co_await set_log_level(connection_, opened, parts_.config.log_level, parts_.config.startup_time);
  auto tools = co_await list(opened);
  std::lock_guard lock(mutex_);
  ready_ = ReadyServer{connection_, std::move(opened), std::move(tools)};
}

// Until it ends, or nobody has used it for a while.
Task<void> Server::serve() {
  std::optional<MonoTime> unused_until;
  auto listening = listen_for_changes(*connection_, now().value_or(ReadyServer()).opened);
  for (;;) {
    bool list_is_old = false;
    {
      std::lock_guard lock(mutex_);
      if (ended_) co_return;
      list_is_old = std::exchange(list_is_old_, false);
      auto now = strand_->loop().clock().mono();
      if (users_ > 0)
        unused_until.reset();
      else if (!unused_until)
        unused_until = later(now, kKeptUnused);
      else if (now >= *unused_until)
        co_return;
    }
    if (list_is_old) co_await list_again();
    co_await wait_for_news(unused_until);
  }
}

Task<void> Server::list_again() {
  auto context = co_await this_task();
  try {
    auto tools = co_await list(now().value_or(ReadyServer()).opened);
    std::lock_guard lock(mutex_);
    if (ready_) ready_->tools = std::move(tools);
  } catch (const Error& error) {
    if (context.scope->cancelled()) throw;
    parts_.client->said(LogLevel::warn, "its changed list of tools cannot be read: " + error.message());
  }
}

Task<void> Server::pause(Error why, Milliseconds time) {
  auto seconds = std::to_string((time.count() + 999) / 1000);
  become(State::waiting, Error(why.kind(), why.code(), why.message() + " (it is tried again in " + seconds + " s)"));
  co_await sleep_for(time);
  std::lock_guard lock(mutex_);
  state_ = State::idle;
  wanted_ = wanted_ || users_ > 0;
}

Task<Server::Tools> Server::list(Opened opened) {
  std::vector<ListedTool> tools;
  if (!abilities_from(opened.capabilities, opened.version).tools)
    co_return std::make_shared<const std::vector<ListedTool>>();
  std::set<std::string> cursors;
  boost::json::object params;
  auto until = later(strand_->loop().clock().mono(), parts_.config.startup_time);  // of all pages
  for (int page = 0; page < kMostPages; ++page) {
    std::string method = "tools/list";
    auto asked = connection_->request(std::move(method), params);
    auto result = co_await with_deadline(until, std::move(asked), "the answer to tools/list");
    auto read = std::move(read_tool_page(result)).value();
    for (auto& tool : read.tools) tools.push_back(std::move(tool));
    if (tools.size() > kMostTools || (read.next && !cursors.insert(*read.next).second)) throw endless_list();
    if (!read.next) co_return std::make_shared<const std::vector<ListedTool>>(std::move(tools));
    params["cursor"] = *read.next;
  }
  throw endless_list();
}

Task<void> Server::wait_for_news(std::optional<MonoTime> until) {
  auto context = co_await this_task();
  OneShot<> news;
  {
    std::lock_guard lock(mutex_);
    news = news_;
  }
  try {
    if (until)
      co_await with_deadline(*until, wait_on(news), "news of an MCP server");
    else
      co_await news.wait();
  } catch (const Cancelled&) {
    if (context.scope->cancelled()) throw;
  }
  std::lock_guard lock(mutex_);
  news_ = OneShot<>();
}

// With the mutex held.
void Server::tell_news() { news_.set(); }

void Server::become(State state, std::optional<Error> problem) {
  std::vector<OneShot<>> waiting;
  {
    std::lock_guard lock(mutex_);
    state_ = state;
    problem_ = std::move(problem);
    if (state != State::ready) ready_.reset();
    if (state != State::starting) waiting = std::exchange(waiting_, {});
  }
  for (const auto& one : waiting) one.set();
}

Task<Result<ReadyServer>> Server::ready(std::shared_ptr<Server> self) {
  for (;;) {
    OneShot<> started;
    {
      std::lock_guard lock(self->mutex_);
      if (self->ready_) co_return *self->ready_;
      if (self->state_ == State::waiting && self->problem_) co_return *self->problem_;
      self->wanted_ = true;
      self->waiting_.push_back(started);
      self->tell_news();
    }
    co_await started.wait();
  }
}

std::optional<ReadyServer> Server::now() const {
  std::lock_guard lock(mutex_);
  return ready_;
}

void Server::add_user() {
  std::lock_guard lock(mutex_);
  ++users_, tell_news();
}

void Server::remove_user() {
  std::lock_guard lock(mutex_);
  --users_, tell_news();
}

bool Server::is_used() const {
  std::lock_guard lock(mutex_);
  return users_ > 0;
}

}  // namespace executus::mcp
