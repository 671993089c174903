using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace OrleansKv.Tests.Support;

/// <summary>
/// A private PostgreSQL on a free port of loopback, in a temporary folder of its own, asking for passwords. It can be stopped and
/// started again with its data; at the end it is stopped by its process id and its folder is deleted. A fixture of a class or a
/// collection; one thread at a time. Where no PostgreSQL is installed it does nothing (the tests are skipped).
/// </summary>
public sealed class PostgresInstance : IDisposable
{
    public const string User = "orleanskv";

    // Looked for in logs and messages, where it must not be.
    public const string Password = "not-to-be-seen-4711";

    // Starting takes a second or two here: the rest is for a machine that is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _folder = "";
    private readonly ConcurrentQueue<string> _lastLines = new();
    private Process? _server;
    private int _databases;

    public PostgresInstance()
    {
        if (PostgresPrograms.SkipReason is not null) return;
        _folder = Directory.CreateTempSubdirectory("orleanskv-postgres-").FullName;
        try
        {
            PostgresPrograms.HandOver(_folder);
            Initialize();
            // Between finding a free port and PostgreSQL's taking it, somebody else can: three tries.
            for (int i = 0; i < 3 && _server is null; i++) TryStart(Port = FreePort.Next());
            if (_server is null) throw new InvalidOperationException("postgres did not start on three free ports:\n" + LastLines());
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public int Port { get; private set; }

    /// <summary>Makes a new, empty database.</summary>
    /// <returns>Its connection string.</returns>
    public string CreateDatabase()
    {
        // The silos of earlier tests have left idle connections behind, and there are 100 in all.
        NpgsqlConnection.ClearAllPools();
        string name = "test" + (++_databases).ToString(CultureInfo.InvariantCulture);
        Execute(ConnectionString("postgres"), $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    public string ConnectionString(string database, string password = Password) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={User};Password={password}";

    public static void Execute(string connectionString, string sql) => Run(connectionString, sql, command => command.ExecuteNonQuery());

    public static T Ask<T>(string connectionString, string sql) => Run(connectionString, sql, command => (T)command.ExecuteScalar()!);

    /// <summary>Stops it as if it had died: connections break, nothing is tidied up.</summary>
    public void Stop()
    {
        if (_server is null) return;
        using (Process kill = Process.Start("kill", ["-QUIT", _server.Id.ToString(CultureInfo.InvariantCulture)])) kill.WaitForExit();
        if (!_server.WaitForExit(Patience)) _server.Kill();
        _server.WaitForExit();
        _server.Dispose();
        _server = null;
    }

    /// <summary>Starts it again, with its data and on its port.</summary>
    public void Start()
    {
        if (_server is null && !TryStart(Port)) throw new InvalidOperationException("postgres did not start again:\n" + LastLines());
    }

    public void Dispose()
    {
        Stop();
        if (_folder.Length > 0) Directory.Delete(_folder, recursive: true);
    }

    private string DataFolder => Path.Combine(_folder, "data");

    private void Initialize()
    {
        string passwordFile = Path.Combine(_folder, "password");
        File.WriteAllText(passwordFile, Password);
        PostgresPrograms.HandOver(passwordFile);
        string[] words =
            ["-D", DataFolder, "-U", User, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--locale", "C", "--no-sync"];
        using Process process = PostgresPrograms.Start("initdb", _folder, words);
        Task<string> talk = process.StandardOutput.ReadToEndAsync();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"initdb failed: {talk.Result}{errors}");
    }

    private bool TryStart(int port)
    {
        string[] words =
        [
            "-D", DataFolder, "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
            "-c", "unix_socket_directories=", "-c", "fsync=off", "-c", "shared_buffers=16MB",
        ];
        Process server = PostgresPrograms.Start("postgres", _folder, words);
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = FollowAsync(server.StandardError, ready);
        if (ready.Task.Wait(Patience) && ready.Task.Result)
        {
            _server = server;
            return true;
        }

        server.Kill();
        server.WaitForExit();
        server.Dispose();
        return false;
    }

    // Reads to the end, so that a full pipe never holds the server up.
    private async Task FollowAsync(StreamReader log, TaskCompletionSource<bool> ready)
    {
        while (await log.ReadLineAsync() is { } line)
        {
            _lastLines.Enqueue(line);
            if (_lastLines.Count > 50) _lastLines.TryDequeue(out _);
            if (line.Contains("ready to accept connections", StringComparison.Ordinal)) ready.TrySetResult(true);
        }

        ready.TrySetResult(false);
    }

    private string LastLines() => string.Join('\n', _lastLines);

    private static T Run<T>(string connectionString, string sql, Func<NpgsqlCommand, T> run)
    {
        // No pool: nothing stays open that a later stop of the server would break, or that keeps a database from being dropped.
        using var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return run(command);
    }
}
