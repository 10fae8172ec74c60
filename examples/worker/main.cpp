// A service: a worker inside the program takes up what is due, at boot what the last process left. Here the power fails
// in the middle of an order, and the next process, which knows nothing of it, ends it. SIGTERM makes it leave.
//
//   export EXECUTUS_DB=orders.db EXECUTUS_MODEL_TIER_FAST=scripted/examples/worker/script.yaml
//   example_worker "One kettle"   # dies
//   example_worker                # ends what was begun; Ctrl-C
#include <csignal>
#include <iostream>

#include <executus/executus.hpp>

using namespace executus;
using namespace std::chrono_literals;

struct Parcel {
  std::string item;
};
BOOST_DESCRIBE_STRUCT(Parcel, (), (item))

// What happens, a line each: the worker tells it as it happens.
void tell(const WorkEvent& event) {
  if (const auto* up = std::get_if<RunTakenUp>(&event))
    std::cout << up->run.str() << ": attempt " << up->attempt << "\n" << std::flush;
  if (const auto* let_go = std::get_if<RunLetGo>(&event))
    std::cout << let_go->outcome.run_id.str() << ": " << to_string(let_go->outcome.status) << ", "
              << let_go->outcome.output << "\n"
              << std::flush;
}

// Blocks until the program is told to leave: SIGTERM, or Ctrl-C.
class EndOfService {
 public:
  EndOfService() {  // before there are threads, which have the mask of the one that makes them
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGTERM);
    sigaddset(&signals_, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
  }
  void wait() const {
    int which = 0;
    sigwait(&signals_, &which);
  }

 private:
  sigset_t signals_;
};

int main(int argc, char** argv) {
  EndOfService end;
  Runtime runtime;
  bool power_fails = argc > 1;
  runtime.tools().add(make_tool<Parcel>({.name = "pack", .description = "Packs an item.", .effect = Effect::idempotent},
                                        [power_fails](Parcel parcel) {
                                          if (power_fails) std::raise(SIGKILL);
                                          return "packed: " + parcel.item;
                                        }));
  Agent packer{.name = "packer", .tools = {"pack"}};

  Worker worker = runtime.work({.concurrency = 64, .on_event = tell});
  if (argc > 1) {
    // Queued: durable at once, and any worker's to take. The id is the order's, so it cannot be taken twice.
    Invocation order{.run_id = RunId::parse("order-1").value(), .prompt = argv[1], .start = Invocation::Start::queued};
    runtime.start(packer, std::move(order)).get();
  }

  end.wait();
  worker.drain(5s);  // what runs has so long to end; the rest is left for the next process
  std::cout << "taken up here: " << worker.join().driven << "\n" << std::flush;
}
