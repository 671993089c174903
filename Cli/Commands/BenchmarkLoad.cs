using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using OrleansKv.Cli.Protocol;

namespace OrleansKv.Cli.Commands;

/// <summary>One connection's part of the load: sends a pipeline, reads its replies, and so on (a closed loop). One thread.</summary>
internal sealed class BenchmarkLoad(RespConnection connection, BenchmarkOptions options, int number)
{
    /// <summary>Keys kv-benchmark:0 to kv-benchmark:99999, deleted at the end.</summary>
    public const int Keys = 100_000;

    private readonly byte[] _value = [.. Enumerable.Repeat((byte)'v', options.ValueBytes)];
    private readonly Random _random = new(number);

    /// <summary>How many requests were answered; read by others meanwhile.</summary>
    public long Done;

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"kv-benchmark:{number}");

    /// <summary>How long each pipeline took, µs.</summary>
    public double[] Run(bool isSet)
    {
        var latencies = new double[options.Batches];
        var bytes = new ArrayBufferWriter<byte>();
        for (int b = 0; b < latencies.Length; b++)
        {
            bytes.ResetWrittenCount();
            for (int i = 0; i < options.Pipeline; i++)
                RespEncoder.Encode(bytes, isSet ? "SET"u8 : "GET"u8, Encoding.ASCII.GetBytes(Key(_random.Next(Keys))), _value, isSet);
            long started = Stopwatch.GetTimestamp();
            connection.SendRaw(bytes.WrittenSpan);
            for (int i = 0; i < options.Pipeline; i++)
            {
                if (connection.Read() is { IsError: true } error) throw new CliException(error.Text);
            }

            latencies[b] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            Volatile.Write(ref Done, Done + options.Pipeline);
        }

        return latencies;
    }
}
