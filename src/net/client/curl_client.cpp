#include "net/client/curl_client.hpp"

#include <utility>

#include "async/asio_loop.hpp"

namespace executus::net {
namespace {

// The reader's hold on a transfer: destroying it ends the transfer. The engine may be destroyed before.
class TransferHold final {
 public:
  TransferHold(const std::shared_ptr<CurlEngine>& engine, HttpRequest request)
      : engine_(engine), transfer_(std::make_shared<Transfer>(std::move(request))) {
    engine->start(transfer_);
  }
  TransferHold(TransferHold&&) = default;
  ~TransferHold() { end(); }

  Transfer* operator->() const noexcept { return transfer_.get(); }
  void resume() const {
    if (auto engine = engine_.lock()) engine->resume(transfer_);
  }
  void end() const {
    if (!transfer_) return;
    if (auto engine = engine_.lock()) engine->abort(transfer_);
  }
  // Ends it later.
  void let_finish() {
    if (auto engine = engine_.lock()) engine->discard(std::move(transfer_));
    transfer_.reset();
  }

 private:
  std::weak_ptr<CurlEngine> engine_;
  std::shared_ptr<Transfer> transfer_;  // shared with the engine while it runs
};

class CurlBody final : public HttpBody {
 public:
  explicit CurlBody(TransferHold transfer) : transfer_(std::move(transfer)) {}

  [[nodiscard]] Task<std::optional<std::string>> next() override {
    OneShot<> arrival = transfer_->body.arrival();
    try {
      co_await arrival.wait();
    } catch (const Cancelled&) {
      transfer_.end();
      throw;
    }
    BodyQueue::Taken taken = transfer_->body.take();
    if (taken.room == BodyQueue::Room::made) transfer_.resume();
    co_return std::move(taken.bytes);
  }

  void discard() override { transfer_.let_finish(); }

 private:
  TransferHold transfer_;
};

}  // namespace

Task<HttpStream> CurlClient::open(HttpRequest request) {
  TaskContext context = co_await this_task();
  context.scope->throw_if_cancelled();  // a cancelled task must not send
  WithdrawOnCancel given_up(*context.scope, request.permit);
  TransferHold transfer(engine_, std::move(request));
  HttpHead head = co_await transfer->head.wait();
  HttpStream stream{head.status, std::move(head.headers), nullptr};
  stream.body = std::make_unique<CurlBody>(std::move(transfer));
  co_return stream;
}

std::unique_ptr<HttpClient> make_http_client(Loop& loop, HttpClientOptions options) {
  auto* asio = dynamic_cast<AsioLoop*>(&loop);
  if (!asio)
    throw failed("net.loop", "an HTTP client was asked for on a loop without sockets; use a loop of make_loop()");
  return std::make_unique<CurlClient>(asio->io(), options);
}

}  // namespace executus::net
