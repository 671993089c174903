using System.Text;

namespace OrleansKv.Engine.Tests.Support;

/// <summary>Commands and replies as text for a failed test's message.</summary>
internal static class Words
{
    public static readonly IEqualityComparer<byte[]> Equal = EqualityComparer<byte[]>.Create(
        (a, b) => a.AsSpan().SequenceEqual(b), bytes => bytes.Length);

    public static byte[][] Of(string line) => [.. line.Split(' ').Select(word => CommandHost.Bytes(word == "''" ? "" : word))];

    public static string Show(byte[][] words) => string.Join(' ', words.Select(w => $"'{Show(w)}'"));

    public static string Show(byte[] bytes)
    {
        var text = new StringBuilder();
        foreach (byte b in bytes.Take(600)) text.Append(b is >= 0x20 and < 0x7F ? ((char)b).ToString() : $"\\x{b:X2}");
        return text.ToString();
    }
}
