using System.Net;
using System.Net.Sockets;
using Npgsql;
using OrleansKv.Cluster.Tests.Support;
using OrleansKv.Silo.Postgres;
using OrleansKv.Tests.Support;

namespace OrleansKv.Cluster.Tests.Postgres;

/// <summary>What an operator reads when the database cannot be reached or does not let us in.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresConnectionTests(PostgresInstance postgres)
{
    private readonly CollectingLogger _log = new();

    [Fact]
    public async Task Migrate_NobodyListens_SaysWhereAndHowLongItWaited()
    {
        // Bound but not listening: nobody else can take the port, and a connection is refused.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)taken.LocalEndPoint!).Port;

        DatabaseException refusal = await RefusedAsync(
            $"Host=127.0.0.1;Port={port};Database=kv;Username=u;Password={PostgresInstance.Password}", TimeSpan.FromSeconds(1));

        Assert.Equal(
            $"PostgreSQL database 'kv' at 127.0.0.1:{port} is not reachable (Connection refused), waited 1 s: "
            + "start PostgreSQL, or correct Host and Port.",
            refusal.Message);
        string warning = Assert.Single(_log.Lines);
        string expected = $"Warning: PostgreSQL database 'kv' at 127.0.0.1:{port} is not reachable (Connection refused): waiting";
        Assert.StartsWith(expected, warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrate_ServerNeverAnswers_EndsAfterTheWait()
    {
        // Listening, and never accepting: the kernel completes the connection and nobody says anything.
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        int port = ((IPEndPoint)mute.LocalEndpoint).Port;

        DatabaseException refusal = await RefusedAsync($"Host=127.0.0.1;Port={port};Username=u;Password=p", TimeSpan.FromSeconds(1));

        Assert.Contains($"at 127.0.0.1:{port} is not reachable (no answer), waited 1 s", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Migrate_DatabaseComesLater_WaitsForIt()
    {
        using var own = new PostgresInstance();
        string database = own.CreateDatabase();
        own.Stop();

        Task<int> migrating = MigrateAsync(database, TimeSpan.FromMinutes(2));
        await Poll.UntilAsync("the line that says that it waits", () => _log.Lines.Any(line => line.Contains("waiting for it")));
        Assert.False(migrating.IsCompleted);
        own.Start();

        Assert.Equal(MigrationFiles.All.Count, await migrating);
    }

    [PostgresFact]
    public async Task Migrate_StoppedWhileItWaits_IsCancelled()
    {
        using var own = new PostgresInstance();
        own.Stop();
        using var stop = new CancellationTokenSource();

        Task<int> migrating = MigrateAsync(own.ConnectionString("postgres"), TimeSpan.FromHours(1), stop.Token);
        await Poll.UntilAsync("the line that says that it waits", () => _log.Lines.Any(line => line.Contains("waiting for it")));
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => migrating);
    }

    [PostgresFact]
    public async Task Migrate_WrongPassword_SaysSoAtOnce()
    {
        DatabaseException refusal = await RefusedAsync(
            postgres.ConnectionString("postgres", "wrong-" + PostgresInstance.Password), TimeSpan.FromHours(1));

        Assert.Equal(
            $"PostgreSQL at 127.0.0.1:{postgres.Port} refused the password of user 'orleanskv': correct Username and Password.",
            refusal.Message);
    }

    [PostgresFact]
    public async Task Migrate_TwoHostsOneDeadOneRefusing_SaysWhatWaitingDoesNotMend()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int dead = ((IPEndPoint)taken.LocalEndPoint!).Port;
        string hosts =
            $"Database=nowhere;Username={PostgresInstance.User};Password={PostgresInstance.Password};Host=127.0.0.1:{dead},127.0.0.1:";

        DatabaseException unreachable = await RefusedAsync(hosts + dead, TimeSpan.Zero);
        DatabaseException refusal = await RefusedAsync(hosts + postgres.Port, TimeSpan.FromHours(1));

        Assert.Contains("is not reachable (Connection refused), waited 0 s", unreachable.Message, StringComparison.Ordinal);
        Assert.Contains("has no database 'nowhere'", refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Migrate_NoPassword_SaysSoAtOnce()
    {
        DatabaseException refusal = await RefusedAsync($"Host=127.0.0.1;Port={postgres.Port};Username=orleanskv", TimeSpan.FromHours(1));

        string expected = $"PostgreSQL database 'orleanskv' at 127.0.0.1:{postgres.Port} cannot be used: No password";
        Assert.StartsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Migrate_NoSuchDatabase_SaysSoAtOnce()
    {
        DatabaseException refusal = await RefusedAsync(postgres.ConnectionString("nowhere"), TimeSpan.FromHours(1));

        Assert.Equal(
            $"PostgreSQL at 127.0.0.1:{postgres.Port} has no database 'nowhere': create it (CREATE DATABASE), or correct Database.",
            refusal.Message);
    }

    [Theory]
    [InlineData("Host=h;Username=u;Password=ab;not-to-be-seen-4711")]
    [InlineData("Host=h;Username=u;not-to-be-seen-4711=x")]
    [InlineData("Host=h;Username=u;Port=not-to-be-seen-4711")]
    [InlineData("postgres://u:not-to-be-seen-4711@h/db")]
    public void Parse_CannotBeRead_SaysHowItHasToBeAndQuotesNothing(string text)
    {
        DatabaseException refusal = Assert.Throws<DatabaseException>(() => DatabaseTarget.Parse(text));

        Assert.Equal(
            "The PostgreSQL connection string cannot be read: it has to be like "
                + "Host=HOST;Port=5432;Database=NAME;Username=NAME;Password=...",
            refusal.Message);
        Assert.DoesNotContain(PostgresInstance.Password, refusal.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Host")]
    [InlineData("Username=u", "Host")]
    [InlineData("Host=h", "Username")]
    public void Parse_PartMissing_NamesIt(string text, string part)
    {
        DatabaseException refusal = Assert.Throws<DatabaseException>(() => DatabaseTarget.Parse(text));

        Assert.StartsWith($"The PostgreSQL connection string has no {part}:", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_EveryPart_ShowsThePlaceAndKeepsTheRest()
    {
        DatabaseTarget target = DatabaseTarget.Parse("Host=h;Port=77;Database=d;Username=u;pwd=secret;Maximum Pool Size=7");

        Assert.Equal("PostgreSQL database 'd' at h:77", target.ToString());
        var read = new NpgsqlConnectionStringBuilder(target.ConnectionString);
        Assert.Equal(("secret", 7, "orleanskv"), (read.Password, read.MaxPoolSize, read.ApplicationName));
        // So that Orleans finds where to cut the string that it logs.
        Assert.Contains("Password=secret", target.ConnectionString, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 20)]
    [InlineData(";Maximum Pool Size=100", 100)]
    [InlineData(";MaxPoolSize=7", 7)]
    public void Parse_PoolSize_IsModestUnlessGiven(string part, int expected)
    {
        DatabaseTarget target = DatabaseTarget.Parse("Host=h;Username=u" + part);

        Assert.Equal(expected, new NpgsqlConnectionStringBuilder(target.ConnectionString).MaxPoolSize);
    }

    private async Task<DatabaseException> RefusedAsync(string database, TimeSpan wait)
    {
        DatabaseException refusal = await Assert.ThrowsAsync<DatabaseException>(() => MigrateAsync(database, wait));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.DoesNotContain(PostgresInstance.Password, refusal.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(_log.Lines, line => line.Contains(PostgresInstance.Password, StringComparison.Ordinal));
        return refusal;
    }

    private Task<int> MigrateAsync(string database, TimeSpan wait, CancellationToken stop = default) =>
        new SchemaMigrator(MigrationFiles.All, TimeProvider.System, _log.For<SchemaMigrator>())
            .MigrateAsync(DatabaseTarget.Parse(database), wait, stop);
}
