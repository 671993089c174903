using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansKv.Bench.Client;
using OrleansKv.Client;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (BenchOptions.Parse(args) is not { } options)
{
    Console.WriteLine(BenchOptions.Help);
    return 1;
}

using IHost host = await BenchSilo.StartAsync();
IKeyValueStore store = host.Services.GetRequiredService<IKeyValueStore>();
byte[][] keys = [.. Enumerable.Range(0, options.Keys).Select(i => Encoding.ASCII.GetBytes($"key:{i:D12}"))];
foreach (byte[][] some in keys.Chunk(1000))
{
    using KeyValueBatch batch = store.CreateBatch();
    foreach (byte[] key in some) batch.Set(key, new byte[options.ValueBytes]);
    await batch.ExecuteAsync();
}

var work = new Workload(store, options, keys);
Console.WriteLine($"typed client in a silo's process, {options.Keys:N0} keys of 16 B, values of {options.ValueBytes} B, "
    + $"{Environment.ProcessorCount} processors");
Console.WriteLine(Row.Head);
foreach (int callers in options.Callers)
{
    Console.WriteLine(await MeasureAsync($"GET x {options.Batch}", callers, work.GetAsync));
    Console.WriteLine(await MeasureAsync($"SET x {options.Batch}", callers, work.SetAsync));
    Console.WriteLine(await MeasureAsync($"GET+SET x {options.Batch}", callers, work.BothAsync));
}

Console.WriteLine(await MeasureAsync("GET, single", options.Callers[^1], work.GetOneByOneAsync));
await host.StopAsync();
return 0;

async Task<Row> MeasureAsync(string name, int callers, Func<int, CancellationToken, Task<long>> call)
{
    await RunAsync(callers, call, options.Seconds / 2);
    using var process = Process.GetCurrentProcess();
    TimeSpan cpu = process.TotalProcessorTime;
    long bytes = GC.GetTotalAllocatedBytes(precise: true);
    long start = Stopwatch.GetTimestamp();
    long operations = await RunAsync(callers, call, options.Seconds);
    TimeSpan time = Stopwatch.GetElapsedTime(start);
    process.Refresh();
    return new Row(name, callers, operations, time, process.TotalProcessorTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - bytes);
}

static async Task<long> RunAsync(int callers, Func<int, CancellationToken, Task<long>> call, double seconds)
{
    using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
    long[] done = await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(() => call(caller, stop.Token))));
    return done.Sum();
}
