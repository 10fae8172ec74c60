#include "net/client/curl_engine.hpp"

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>

#include <executus/base/error.hpp>

#include "net/client/wakeup_descriptors.hpp"

namespace executus::net {
namespace {

void initialize_curl() {
  static const CURLcode once = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (once != CURLE_OK) throw failed("net.failed", "libcurl cannot be used here: initialising it failed");
}

CURLM* make_multi() {
  initialize_curl();
  if (CURLM* multi = make_multi_closed_on_exec()) return multi;
  throw failed("net.failed", "libcurl cannot be used here: no memory for it");
}

HttpClientOptions with_room_for_one(HttpClientOptions options) {
  options.max_connections = std::max<std::size_t>(options.max_connections, 1);
  options.max_connections_per_host = std::max<std::size_t>(options.max_connections_per_host, 1);
  return options;
}

}  // namespace

// A socket of libcurl's while libcurl wants it watched. Wait handlers share it; `forgotten` tells them that the
// descriptor's number may name another file by now. Directions are CURL_POLL_IN and _OUT, which equal CURL_CSELECT_*.
struct CurlEngine::Socket {
  Socket(const Strand& strand, curl_socket_t number) : fd(number), descriptor(strand, number) {}
  ~Socket() {
    if (descriptor.is_open()) descriptor.release();
  }
  void forget() {
    forgotten = true;
    descriptor.release();  // libcurl closes it
  }

  const curl_socket_t fd;
  boost::asio::posix::stream_descriptor descriptor;
  int wanted = 0;
  int waiting = 0;
  bool forgotten = false;
};

static_assert(CURL_POLL_IN == CURL_CSELECT_IN && CURL_POLL_OUT == CURL_CSELECT_OUT);

CurlEngine::CurlEngine(boost::asio::io_context& io, HttpClientOptions options)
    : options_(with_room_for_one(std::move(options))),
      strand_(boost::asio::make_strand(io)),
      timer_(strand_),
      multi_(make_multi(), [](CURLM* multi) { curl_multi_cleanup(multi); }),
      admission_(options_.max_connections_per_host, options_.max_connections) {
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlEngine::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlEngine::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_PIPELINING, long{CURLPIPE_MULTIPLEX});
  curl_multi_setopt(multi_.get(), CURLMOPT_MAX_CONCURRENT_STREAMS, long{Admission::kStreams});
  curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options_.max_connections));
}

CurlEngine::~CurlEngine() = default;

void CurlEngine::start(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_, [self = shared_from_this(), transfer = std::move(transfer)]() mutable {
    self->start_now(std::move(transfer));
  });
}

void CurlEngine::resume(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), transfer = std::move(transfer)] { self->resume_now(*transfer); });
}

void CurlEngine::abort(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), transfer = std::move(transfer)] { self->abort_now(*transfer); });
}

void CurlEngine::discard(std::shared_ptr<Transfer> transfer) {
  boost::asio::post(strand_,
                    [self = shared_from_this(), transfer = std::move(transfer)] { self->discard_now(*transfer); });
}

void CurlEngine::close() {
  std::promise<void> closed;
  boost::asio::post(strand_, [this, &closed] {
    close_now();
    closed.set_value();
  });
  closed.get_future().wait();
}

void CurlEngine::start_now(std::shared_ptr<Transfer> transfer) {
  if (closed_) return transfer->close();
  transfer->arrive(admission_);
  Admission::Ticket ticket = transfer->ticket();
  MonoTime deadline = transfer->deadline();
  transfers_[ticket] = {std::move(transfer), nullptr};
  arm_timer(ticket, deadline, &CurlEngine::check_limits);
  admit();
}

// Not libcurl's timeout: that does not run while a request waits, and does not tell the server of an HTTP/2 connection.
void CurlEngine::arm_timer(Admission::Ticket ticket, MonoTime when, void (CurlEngine::*ring)(Admission::Ticket)) {
  if (when == MonoTime::max()) return;
  auto timer = std::make_unique<boost::asio::steady_timer>(strand_, when);
  timer->async_wait([self = shared_from_this(), ticket, ring](const boost::system::error_code& error) {
    if (!error) ((*self).*ring)(ticket);  // else another timer took its place
  });
  transfers_.at(ticket).timer = std::move(timer);
}

// The deadline may have moved since the timer was set.
void CurlEngine::check_limits(Admission::Ticket ticket) {
  auto found = transfers_.find(ticket);
  if (found == transfers_.end()) return;  // the transfer ended meanwhile
  MonoTime deadline = found->second.transfer->excuse_reader();
  if (deadline > system_clock().mono()) return arm_timer(ticket, deadline, &CurlEngine::check_limits);
  give_up(ticket)->run_out_of_time();
  admit();
}

void CurlEngine::stop_discarding(Admission::Ticket ticket) {
  auto late = give_up(ticket);
  if (!late) return;
  late->close();
  admit();
}

void CurlEngine::admit() {
  if (closed_) return;
  while (auto ticket = admission_.admit()) begin(*transfers_.at(*ticket).transfer);
}

void CurlEngine::begin(Transfer& transfer) {
  try {
    if (curl_multi_add_handle(multi_.get(), transfer.prepare(options_)) == CURLM_OK) return;
  } catch (const std::exception&) {
    // as if libcurl had refused it
  }
  remove(transfer.ticket())->finish(CURLE_FAILED_INIT);
}

void CurlEngine::resume_now(Transfer& transfer) {
  if (!transfer.easy()) return;
  transfer.heard();
  CURLcode result = curl_easy_pause(transfer.easy(), CURLPAUSE_CONT);
  if (result == CURLE_OK) return;
  remove(transfer.ticket())->finish(result);  // libcurl would go on without the lost bytes
  admit();
}

void CurlEngine::abort_now(Transfer& transfer) {
  auto aborted = give_up(transfer.ticket());
  if (!aborted) return;
  aborted->close();
  admit();
}

// A paused transfer goes on here, to receive the rest.
void CurlEngine::discard_now(Transfer& transfer) {
  if (!transfer.easy()) return;
  transfer.drop_body(HttpBody::kLongestRest);
  MonoTime deadline = std::min(transfer.deadline(), later(system_clock().mono(), HttpBody::kRestTime));
  arm_timer(transfer.ticket(), deadline, &CurlEngine::stop_discarding);
  resume_now(transfer);
}

void CurlEngine::close_now() {
  closed_ = true;
  while (!transfers_.empty()) remove(transfers_.begin()->first)->close();
  multi_.reset();
  for (auto& [fd, socket] : sockets_) socket->forget();
  sockets_.clear();
  timer_.cancel();
}

std::shared_ptr<Transfer> CurlEngine::remove(Admission::Ticket ticket) {
  auto node = transfers_.extract(ticket);
  if (!node) return nullptr;
  auto transfer = std::move(node.mapped().transfer);
  if (transfer->easy()) curl_multi_remove_handle(multi_.get(), transfer->easy());
  admission_.leave(ticket);
  return transfer;
}

// Removes what its server may be busy with, and sees to it that the server is told. libcurl 7.88 only notes down the
// message that ends an HTTP/2 stream, and sends it with whatever goes over that connection next: so a connection
// without other transfers is closed, and on one that has some the noted messages are sent.
std::shared_ptr<Transfer> CurlEngine::give_up(Admission::Ticket ticket) {
  auto found = transfers_.find(ticket);
  if (found == transfers_.end()) return nullptr;
  Transfer& transfer = *found->second.transfer;
  if (transfer.easy()) transfer.forbid_reuse();
  if (transfer.easy() && transfer.may_share_connection()) flush_later(transfer.origin());
  return remove(ticket);
}

// Many transfers are often given up at once; one flush serves them all.
void CurlEngine::flush_later(const std::string& origin) {
  bool first = to_flush_.empty();
  to_flush_.insert(origin);
  if (first) boost::asio::post(strand_, [self = shared_from_this()] { self->flush(); });
}

// Pausing and resuming a transfer makes libcurl send what its connection has noted down.
void CurlEngine::flush() {
  auto origins = std::exchange(to_flush_, {});
  for (const auto& [ticket, entry] : transfers_) {
    Transfer& transfer = *entry.transfer;
    if (!transfer.easy() || !transfer.may_share_connection() || !origins.contains(transfer.origin())) continue;
    curl_easy_pause(transfer.easy(), CURLPAUSE_RECV);
    curl_easy_pause(transfer.easy(), CURLPAUSE_CONT);
  }
}

int CurlEngine::on_socket(CURL*, curl_socket_t fd, int what, void* engine, void*) noexcept {
  try {
    static_cast<CurlEngine*>(engine)->watch(fd, what);
    return 0;
  } catch (...) {
    return -1;  // out of memory or descriptors: libcurl gives up, act() ends the running transfers
  }
}

void CurlEngine::watch(curl_socket_t fd, int directions) {
  if (directions == CURL_POLL_REMOVE) {
    if (auto node = sockets_.extract(fd)) node.mapped()->forget();
    return;
  }
  auto& socket = sockets_[fd];
  if (!socket) socket = std::make_shared<Socket>(strand_, fd);
  socket->wanted = directions;
  arm(socket, CURL_POLL_IN);
  arm(socket, CURL_POLL_OUT);
}

void CurlEngine::arm(const std::shared_ptr<Socket>& socket, int direction) {
  if ((socket->wanted & ~socket->waiting & direction) == 0) return;
  socket->waiting |= direction;
  using Wait = boost::asio::posix::stream_descriptor::wait_type;
  Wait wait = direction == CURL_POLL_IN ? Wait::wait_read : Wait::wait_write;
  socket->descriptor.async_wait(wait, [self = shared_from_this(), socket, direction](const auto&) {
    socket->waiting &= ~direction;
    self->ready(socket, direction);
  });
}

void CurlEngine::ready(const std::shared_ptr<Socket>& socket, int direction) {
  if (socket->forgotten || (socket->wanted & direction) == 0) return;
  act(socket->fd, direction);
  if (!socket->forgotten) arm(socket, direction);
}

int CurlEngine::on_timer(CURLM*, long timeout_ms, void* engine) noexcept {
  try {
    static_cast<CurlEngine*>(engine)->set_timer(timeout_ms);
    return 0;
  } catch (...) {
    return -1;
  }
}

// libcurl must not be called from its own callback, so also a timeout of zero takes the way over the timer.
void CurlEngine::set_timer(long timeout_ms) {
  timer_.cancel();
  if (timeout_ms < 0) return;
  timer_.expires_after(std::chrono::milliseconds(timeout_ms));
  timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
    if (!error) self->act(CURL_SOCKET_TIMEOUT, 0);  // a timer that fires too late or needlessly does no harm
  });
}

void CurlEngine::act(curl_socket_t fd, int events) {
  if (closed_) return;
  int running = 0;
  if (curl_multi_socket_action(multi_.get(), fd, events, &running) == CURLM_OK)
    collect();
  else
    while (!transfers_.empty()) remove(transfers_.begin()->first)->finish(CURLE_OUT_OF_MEMORY);
  admit();
}

void CurlEngine::collect() {
  int left = 0;
  while (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode result = message->data.result;  // `message` is gone with the handle
    Transfer& transfer = Transfer::of(message->easy_handle);
    if (transfer.deserves_another_try(result)) {
      curl_multi_remove_handle(multi_.get(), transfer.easy());
      begin(transfer);
    } else {
      bool broken_off = result == CURLE_WRITE_ERROR;  // by us: more came than is wanted, see give_up()
      if (broken_off && transfer.may_share_connection()) flush_later(transfer.origin());
      remove(transfer.ticket())->finish(result);
    }
  }
}

}  // namespace executus::net
