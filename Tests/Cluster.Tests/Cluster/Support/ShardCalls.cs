using System.Globalization;
using System.Text;
using OrleansKv.Grains;
using OrleansKv.Protocol;
using OrleansKv.Protocol.Batches;
using OrleansKv.Protocol.Commands;
using OrleansKv.Protocol.Slots;

namespace OrleansKv.Cluster.Tests.Cluster.Support;

/// <summary>Calls a shard's grain as a gateway does, one batch at a time, and shows its replies as RESP text. Any thread.</summary>
internal static class ShardCalls
{
    /// <summary>Words by blanks: <c>SET a 1</c>.</summary>
    public static ShardBatch Batch(params string[] commands) => BatchAt([.. commands.Select(c => (c, (Durability?)null))]);

    /// <summary>The same with what each command's connection wants of durability.</summary>
    public static ShardBatch BatchAt(params (string Command, Durability? Level)[] commands)
    {
        var writer = new BatchWriter();
        foreach ((string command, Durability? level) in commands) Add(writer, command, BatchFormat.LevelFlags(level));
        return new ShardBatch(writer.Buffer, writer.SizeBytes, 0);
    }

    /// <summary>Asks for a key's version.</summary>
    public static ShardBatch VersionOf(string key)
    {
        var writer = new BatchWriter();
        writer.AddVersion(Encoding.UTF8.GetBytes(key));
        return new ShardBatch(writer.Buffer, writer.SizeBytes, 0);
    }

    /// <summary>Runs commands of one shard until it does not ask to try again; each reply without its line end.</summary>
    public static async Task<string[]> RunAsync(this IGrainFactory grains, int shard, ShardBatch batch)
    {
        for (int tries = 0; tries < 10_000; tries++)
        {
            ShardReply reply = await grains.GetGrain<IShardGrain>(shard).Run(batch);
            if (reply.Status == ShardStatus.Done) return TextOf(reply);
            Assert.True(reply.Status is ShardStatus.Retry or ShardStatus.Moved or ShardStatus.Fenced,
                $"shard {shard}: {reply.Status} {reply.Problem}");
            await Task.Delay(5);
        }

        throw new TimeoutException($"shard {shard} asked to try again 10 000 times");
    }

    public static Task<string[]> RunAsync(this IGrainFactory grains, int shard, params string[] commands) =>
        grains.RunAsync(shard, Batch(commands));

    public static string[] TextOf(ShardReply reply) =>
        [.. Enumerable.Range(0, reply.Replies.Count).Select(i => Encoding.UTF8.GetString(reply.Replies[i]).TrimEnd('\r', '\n'))];

    /// <summary>The first of <c>prefix0</c>, <c>prefix1</c>, ... that a shard owns.</summary>
    public static string KeyOf(ClusterMap map, int shard, string prefix) =>
        Enumerable.Range(0, int.MaxValue).Select(i => string.Create(CultureInfo.InvariantCulture, $"{prefix}{i}"))
        .First(k => map.SlotMap.OwnerOf(Slot.Of(Encoding.UTF8.GetBytes(k))).Value == shard);

    private static void Add(BatchWriter writer, string command, byte flags)
    {
        string[] words = command.Split(' ');
        var slices = new ArgSlice[words.Length];
        var bytes = new List<byte>();
        for (int i = 0; i < words.Length; i++)
        {
            byte[] word = Encoding.UTF8.GetBytes(words[i]);
            slices[i] = new ArgSlice(bytes.Count, word.Length);
            bytes.AddRange(word);
        }

        writer.Add(DataCommands.IndexOf(words[0].ToLowerInvariant())!.Value, new ArgList(bytes.ToArray(), slices), flags);
    }
}
