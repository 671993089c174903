using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace OrleansKv.Gateway.Tests.Protocol;

/// <summary>Commands of any bytes, and the places where their encoding is cut into reads.</summary>
/// <param name="Commands">Words of each; never empty.</param>
/// <param name="Cuts">Bytes of each read in turn, again from the first when all have been used; none: one read.</param>
internal sealed record SplitRequests(byte[][][] Commands, int[] Cuts)
{
    private static readonly Gen<byte> AnyByte = Gen.Frequency(
        (3, Gen.Choose(0, 255).Select(b => (byte)b)),
        (2, Gen.Elements("\r\n$*0123456789-"u8.ToArray()))); // what the protocol itself is made of

    // Lengths of one, two and three digits: the parser has a way of its own for the short ones.
    private static readonly Gen<int> AnyLength = Gen.Frequency((2, Gen.Choose(0, 3)), (3, Gen.Choose(4, 30)), (1, Gen.Choose(95, 260)));

    private static readonly Gen<byte[]> AnyWord = AnyLength.SelectMany(length => Gen.ArrayOf(AnyByte, length));

    // Beyond 64 words the parser remembers an unfinished command instead of reading it again.
    private static readonly Gen<byte[][]> AnyCommand = Gen
        .Frequency((8, Gen.Choose(1, 6)), (1, Gen.Choose(60, 140)))
        .SelectMany(words => Gen.ArrayOf(AnyWord, words));

    public static Arbitrary<SplitRequests> Any { get; } = Arb.From(
        from commands in Gen.Choose(1, 5).SelectMany(count => Gen.ArrayOf(AnyCommand, count))
        from cuts in Gen.Choose(0, 8).SelectMany(count => Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(1, 4)), (1, Gen.Choose(5, 400))), count))
        select new SplitRequests(commands, cuts),
        requests => requests.Shrink());

    public byte[] Encode()
    {
        var bytes = new List<byte>();
        foreach (byte[][] words in Commands)
        {
            bytes.AddRange(Encoding.ASCII.GetBytes($"*{words.Length}\r\n"));
            foreach (byte[] word in words) bytes.AddRange([.. Encoding.ASCII.GetBytes($"${word.Length}\r\n"), .. word, .. "\r\n"u8]);
        }

        return [.. bytes];
    }

    /// <summary>Lengths of the reads that bring so many bytes.</summary>
    public IEnumerable<int> Reads(int bytes)
    {
        for (int i = 0; bytes > 0; i++)
        {
            int read = Cuts.Length == 0 ? bytes : Math.Min(bytes, Cuts[i % Cuts.Length]);
            bytes -= read;
            yield return read;
        }
    }

    public override string ToString() =>
        string.Join(" ; ", Commands.Select(words => string.Join(' ', words.Select(Convert.ToHexString))))
        + $" in reads of [{string.Join(' ', Cuts)}]";

    private IEnumerable<SplitRequests> Shrink()
    {
        for (int i = 0; i < Commands.Length && Commands.Length > 1; i++) yield return this with { Commands = Without(Commands, i) };
        for (int i = 0; i < Cuts.Length; i++) yield return this with { Cuts = Without(Cuts, i) };
        for (int c = 0; c < Commands.Length; c++)
        {
            byte[][] words = Commands[c];
            for (int w = 0; w < words.Length; w++)
            {
                if (words.Length > 1) yield return With(c, Without(words, w));
                if (words[w].Length > 0) yield return With(c, [.. words[..w], words[w][..(words[w].Length / 2)], .. words[(w + 1)..]]);
            }
        }
    }

    private SplitRequests With(int at, byte[][] words) => this with { Commands = [.. Commands[..at], words, .. Commands[(at + 1)..]] };

    private static T[] Without<T>(T[] items, int at) => [.. items[..at], .. items[(at + 1)..]];
}
