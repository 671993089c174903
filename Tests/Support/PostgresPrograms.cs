using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace OrleansKv.Tests.Support;

/// <summary>
/// PostgreSQL's server programs on this machine, and how to start them: PostgreSQL refuses to run as root, so root lends it another
/// user's rights (setpriv, which becomes the program: the process id is the program's own).
/// </summary>
public static class PostgresPrograms
{
    // Before Folder, which is found with it.
    private static readonly Comparer<string> ByVersion = Comparer<string>.Create((left, right) => Version(left).CompareTo(Version(right)));
    private static readonly string? Folder = FindFolder();
    private static readonly Account? Unprivileged = Environment.IsPrivilegedProcess
        ? FindAccount("postgres") ?? FindAccount("nobody")
        : null;

    /// <summary>Why tests that need a PostgreSQL cannot run here; null when they can.</summary>
    public static string? SkipReason { get; } = FindReason();

    /// <summary>Gives a file or folder to the user that the programs run as.</summary>
    public static void HandOver(string path)
    {
        if (Unprivileged is not { } account) return;
        using Process process =
            Process.Start("chown", [string.Create(CultureInfo.InvariantCulture, $"{account.User}:{account.Group}"), path]);
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"chown of {path} failed");
    }

    /// <param name="workFolder">A folder that the programs' user may enter.</param>
    public static Process Start(string program, string workFolder, IEnumerable<string> words)
    {
        string path = Path.Combine(Folder!, program);
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = workFolder,
        };
        if (Unprivileged is { } account)
        {
            start.FileName = "setpriv";
            string user = account.User.ToString(CultureInfo.InvariantCulture);
            string group = account.Group.ToString(CultureInfo.InvariantCulture);
            foreach (string word in new[] { "--reuid", user, "--regid", group, "--clear-groups", path }) start.ArgumentList.Add(word);
        }

        foreach (string word in words) start.ArgumentList.Add(word);
        return Process.Start(start)!;
    }

    private static string? FindReason()
    {
        if (!OperatingSystem.IsLinux() && !OperatingSystem.IsMacOS()) return "the private PostgreSQL of these tests needs Linux or macOS";
        if (Folder is null) return "PostgreSQL's server (initdb, postgres) is neither on the PATH nor in /usr/lib/postgresql";
        if (!Environment.IsPrivilegedProcess) return null;
        if (Unprivileged is null) return "PostgreSQL refuses to run as root, and there is no user postgres or nobody";
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("setpriv", "--version") { RedirectStandardOutput = true })!;
            process.WaitForExit();
            return null;
        }
        catch (Win32Exception)
        {
            return "PostgreSQL refuses to run as root, and setpriv is not on the PATH";
        }
    }

    // On the PATH, or where Debian keeps them: the newest version there.
    private static string? FindFolder()
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
        {
            folders = folders.Concat(
                Directory.GetDirectories(debian).OrderDescending(ByVersion).Select(folder => Path.Combine(folder, "bin")));
        }

        return folders.FirstOrDefault(folder => IsThere(Path.Combine(folder, "initdb")) && IsThere(Path.Combine(folder, "postgres")));
    }

    // File.Exists is also true for a link that leads nowhere.
    private static bool IsThere(string path) =>
        File.Exists(path) && (File.ResolveLinkTarget(path, returnFinalTarget: true)?.Exists ?? true);

    private static double Version(string folder) =>
        double.TryParse(Path.GetFileName(folder), NumberStyles.Float, CultureInfo.InvariantCulture, out double version) ? version : 0;

    // name:password:user:group:...
    private static Account? FindAccount(string name)
    {
        if (!File.Exists("/etc/passwd")) return null;
        string[]? fields = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).FirstOrDefault(line => line[0] == name);
        return fields is null
            ? null
            : new Account(int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
    }

    private readonly record struct Account(int User, int Group);
}
