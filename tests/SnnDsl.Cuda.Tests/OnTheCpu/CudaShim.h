// What lets a C++ compiler build emitted CUDA C for the CPU: one thread after the other, block by block. Enough for kernels whose
// threads do not know of each other, which all emitted ones are.
#pragma once
#include <cmath>
#include <cstddef>
#include <utility>

#define __global__
#define __device__
#define __forceinline__ inline

struct Index { unsigned x, y, z; };
static thread_local Index threadIdx, blockIdx, blockDim, gridDim;

// Runs a kernel on a grid; arguments are addresses, as the CUDA driver takes them.
template <typename... Parameters, std::size_t... I>
void Run(void (*kernel)(Parameters...), unsigned blocks, unsigned threads, void** arguments, std::index_sequence<I...>)
{
    gridDim = {blocks, 1, 1};
    blockDim = {threads, 1, 1};
    for (unsigned block = 0; block < blocks; block++)
    {
        for (unsigned thread = 0; thread < threads; thread++)
        {
            blockIdx = {block, 0, 0};
            threadIdx = {thread, 0, 0};
            kernel(*static_cast<std::remove_reference_t<Parameters>*>(arguments[I])...);
        }
    }
}

template <typename... Parameters>
void Run(void (*kernel)(Parameters...), unsigned blocks, unsigned threads, void** arguments)
{
    Run(kernel, blocks, threads, arguments, std::index_sequence_for<Parameters...>());
}

// The function that tests call in place of the driver.
#define LAUNCHER(kernel) \
    extern "C" void Launch##kernel(unsigned blocks, unsigned threads, void** arguments) \
    { \
        Run(kernel, blocks, threads, arguments); \
    }
