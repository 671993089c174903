using System.Text;
using BenchmarkDotNet.Attributes;
using OrleansKv.Gateway.Protocol;

namespace OrleansKv.Bench.Micro;

/// <summary>The request parser on what a pipelining client sends: 64 SETs of 16 B keys and 64 B values.</summary>
[MemoryDiagnoser]
public class ParserBenchmarks
{
    private readonly CommandBatch _batch = new();
    private byte[] _requests = [];

    [GlobalSetup]
    public void Setup() => _requests = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, CommandBatch.MaxFrames)
        .Select(i => $"*3\r\n$3\r\nSET\r\n$16\r\nkey:{i:D12}\r\n$64\r\n{new string('v', 64)}\r\n")));

    [Benchmark(OperationsPerInvoke = CommandBatch.MaxFrames)]
    public int Set64()
    {
        var parser = default(RequestParser);
        var limits = new ProtocolLimits(512 * 1024 * 1024, 1024 * 1024);
        int position = 0;
        _batch.Clear();
        while (position < _requests.Length) parser.Parse(_requests, ref position, _batch, limits);
        return _batch.Count;
    }
}
