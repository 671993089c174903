using OrleansKv.Engine.Tests.Support;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Engine.Tests.Commands;

public sealed class CommandSpecTests(RedisProcess redis) : IClassFixture<RedisProcess>
{
    private static readonly Dictionary<string, CommandFlags> FlagNames = new()
    {
        ["write"] = CommandFlags.Write, ["readonly"] = CommandFlags.ReadOnly, ["denyoom"] = CommandFlags.DenyOom,
        ["fast"] = CommandFlags.Fast,
        ["movablekeys"] = CommandFlags.MovableKeys,
    };

    [Fact]
    public void All_NamesAreDistinctAndLower()
    {
        Assert.Equal(DataCommands.All.Count, DataCommands.All.Select(c => c.Name).Distinct().Count());
        Assert.All(DataCommands.All, c => Assert.Equal(c.Name.ToLowerInvariant(), c.Name));
    }

    [RedisFact]
    public void All_ArityFlagsAndKeys_AreWhatRedisSays()
    {
        using var connection = new RedisConnection(redis.Port);
        var differences = new List<string>();
        foreach (CommandSpec spec in DataCommands.All.Where(c => c.Group != "orleanskv" && c.Since != "orleanskv"))
        {
            // *1 *10 $n name :arity *flags +flag... :first :last :step ...
            string[] lines = connection.Do($"COMMAND INFO {spec.Name}").Split("\r\n");
            int arity = int.Parse(lines[4].AsSpan(1)), flagCount = int.Parse(lines[5].AsSpan(1));
            CommandFlags flags = lines.Skip(6).Take(flagCount)
                .Aggregate(CommandFlags.None, (f, line) => f | FlagNames.GetValueOrDefault(line[1..], CommandFlags.Admin));
            int[] keys = [.. lines.Skip(6 + flagCount).Take(3).Select(line => int.Parse(line.AsSpan(1)))];
            string theirs = $"{spec.Name} {arity} [{flags}] {string.Join(' ', keys)}";
            string ours = $"{spec.Name} {spec.Arity} [{spec.Flags}] {spec.FirstKey} {spec.LastKey} {spec.KeyStep}";
            if (theirs != ours) differences.Add($"redis {theirs}, ours {ours}");
        }

        Assert.Empty(differences);
    }
}
