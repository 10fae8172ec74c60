// Two agents at work inside a program that has an Asio loop of its own.
#include <exception>
#include <iostream>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <executus/asio.hpp>
#include <executus/executus.hpp>

namespace asio = boost::asio;

asio::awaitable<void> ask(executus::Runtime& runtime, std::string question) {
  executus::Agent agent;
  agent.name = "clerk";
  agent.system_prompt = "Answer in one sentence.";
  agent.tools = {"now"};
  executus::RunHandle run = co_await executus::async_get(runtime.start(agent, question), asio::use_awaitable);
  executus::RunOutcome outcome = co_await executus::async_get(run.done(), asio::use_awaitable);
  std::cout << to_string(outcome.status) << ": " << outcome.output << outcome.error << "\n";
}

void rethrow(std::exception_ptr error) {
  if (error) std::rethrow_exception(error);
}

int main() try {
  asio::io_context io;
  executus::Runtime runtime;
  asio::co_spawn(io, ask(runtime, "What time is it?"), rethrow);
  asio::co_spawn(io, ask(runtime, "What day is it?"), rethrow);
  io.run();
} catch (const std::exception& refused) {
  std::cerr << refused.what() << "\n";
  return 1;
}
