namespace OrleansKv.Cli.Shell;

/// <summary>Lines typed before, newest last; bounded, kept in a file of the user's. Lines with passwords are not kept.</summary>
internal sealed class History(string? path)
{
    private const int MaxLines = 1_000;
    private readonly List<string> _lines = Load(path);

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The file under the user's state folder; null where there is no home.</summary>
    public static string? DefaultPath()
    {
        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named
            ? named
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home ? Path.Combine(home, ".local", "state") : "";
        return state.Length == 0 ? null : Path.Combine(state, "orleanskv", "history");
    }

    public void Add(string line)
    {
        if (line.Trim().Length == 0 || (_lines.Count > 0 && _lines[^1] == line) || HoldsPassword(line)) return;
        _lines.Add(line);
        if (_lines.Count > MaxLines) _lines.RemoveRange(0, _lines.Count - MaxLines);
        if (path is null) return;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllLines(path, _lines);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A shell whose history cannot be kept works all the same.
        }
    }

    /// <summary>The newest line before <paramref name="before"/> that contains the text; -1 for none.</summary>
    public int Search(string text, int before)
    {
        for (int i = Math.Min(before, _lines.Count) - 1; i >= 0; i--)
        {
            if (_lines[i].Contains(text, StringComparison.OrdinalIgnoreCase)) return i;
        }

        return -1;
    }

    private static bool HoldsPassword(string line) =>
        line.Contains("auth", StringComparison.OrdinalIgnoreCase) || line.Contains("requirepass", StringComparison.OrdinalIgnoreCase);

    private static List<string> Load(string? path)
    {
        try
        {
            return path is not null && File.Exists(path) ? [.. File.ReadLines(path).TakeLast(MaxLines)] : [];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
