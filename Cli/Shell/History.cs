namespace OrleansKv.Cli.Shell;

/// <summary>
/// Lines typed before, newest last. Invariant: at most <see cref="MaxLines"/>, and none of them a line of <see cref="SecretLines"/>. Kept
/// in a file of the user's, one a line; a line feed inside of a line is a NUL there. New lines are appended, so that two shells at once do
/// not undo each other; the file is cut to size when it is loaded. One thread.
/// </summary>
internal sealed class History
{
    public const int MaxLines = 1_000;

    /// <summary>4 KiB: longer lines are values that were pasted, which nobody looks for.</summary>
    private const int MaxLineChars = 4_096;

    private readonly string? _path;
    private readonly List<string> _lines;

    /// <param name="path">The file; null to keep lines for this shell only.</param>
    public History(string? path)
    {
        _path = path;
        _lines = path is null ? [] : Load(path);
    }

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The file under the user's state folder; null where there is no home.</summary>
    public static string? DefaultPath()
    {
        string state = Environment.GetEnvironmentVariable("XDG_STATE_HOME") is { Length: > 0 } named
            ? named
            : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) is { Length: > 0 } home
            ? Path.Combine(home, ".local", "state") : "";
        return state.Length == 0 ? null : Path.Combine(state, "orleanskv", "history");
    }

    public void Add(string line)
    {
        if (line.Trim().Length == 0 || line.Length > MaxLineChars || (_lines.Count > 0 && _lines[^1] == line) || SecretLines.Has(line))
            return;
        _lines.Add(line);
        if (_lines.Count > MaxLines) _lines.RemoveRange(0, _lines.Count - MaxLines);
        if (_path is not null) Try(() => Append(_path, line));
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

    private static List<string> Load(string path)
    {
        var lines = new List<string>();
        Try(() =>
        {
            if (!File.Exists(path)) return;
            string[] all = File.ReadAllLines(path);
            lines.AddRange(all.TakeLast(MaxLines).Select(l => l.Replace('\0', '\n')).Where(l => !SecretLines.Has(l)));
            if (all.Length > MaxLines) Rewrite(path, all.TakeLast(MaxLines));
        });
        return lines;
    }

    private static void Rewrite(string path, IEnumerable<string> lines)
    {
        string next = $"{path}.{Environment.ProcessId}";
        using (var writer = new StreamWriter(Open(next, FileMode.Create)))
        {
            foreach (string line in lines) writer.Write(line + "\n");
        }

        File.Move(next, path, overwrite: true);
    }

    private static void Append(string path, string line)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var writer = new StreamWriter(Open(path, FileMode.Append));
        writer.Write(line.Replace('\n', '\0') + "\n");
    }

    // For the user alone: keys and values are nobody else's business.
    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return new FileStream(path, options);
    }

    // A shell whose history cannot be kept works all the same.
    private static void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }
    }
}
