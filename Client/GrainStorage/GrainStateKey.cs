using System.Text;
using Orleans.Runtime;

namespace OrleansKv.Client.GrainStorage;

/// <summary>
/// The key of one state of one grain: <c>prefix | state name | / | grain type | / | grain key</c>. In the names, <c>%</c> and what ends
/// them stand escaped, so that no two states can share a key whatever they contain; the grain's key is as it is.
/// </summary>
internal static class GrainStateKey
{
    /// <summary>The prefix of a provider that was given none.</summary>
    public static string PrefixOf(string provider) => $"grain:{Escape(provider, ':')}:";

    public static KvKey Of(string prefix, string stateName, GrainId grain)
    {
        string names = $"{prefix}{Escape(stateName, '/')}/{Escape(grain.Type.ToString() ?? "", '/')}/";
        ReadOnlySpan<byte> id = grain.Key.AsSpan();
        int start = Encoding.UTF8.GetByteCount(names);
        if (start + id.Length > KvKey.MaxBytes)
        {
            throw new ArgumentException(
                $"the key of state '{Shown(stateName)}' takes {start + id.Length} bytes with the names of provider and grain; the most "
                    + $"is {KvKey.MaxBytes}");
        }

        var key = new byte[start + id.Length];
        Encoding.UTF8.GetBytes(names, key);
        id.CopyTo(key.AsSpan(start));
        return key;
    }

    private static string Escape(string name, char end) =>
        name.Replace("%", "%25", StringComparison.Ordinal).Replace(end.ToString(), $"%{(int)end:X2}", StringComparison.Ordinal);

    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "...";
}
