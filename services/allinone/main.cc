// `cortado`: all of it in one process, on one data directory, with a redis-server of its own.
#include "services/allinone/program.h"

int main(int argc, char** argv) {
  cortado::allinone::Program cortado;
  return cortado::allinone::Run(argc, argv, cortado);
}
