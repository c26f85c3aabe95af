using System.Text;
using Microsoft.Data.Sqlite;
using WazoPlugind.Operations.Secrets;

namespace WazoPlugind.Operations.Tests.Secrets;

public sealed class OperationSecretsTests : OperationsTest
{
    private const string Url = "https://host/repo";
    private const string Secret = "https://user:geheim@host/repo";

    private readonly Guid _operation = Guid.NewGuid();

    [Fact]
    public async Task What_is_kept_is_found_after_a_restart_until_the_operation_ends()
    {
        await Writer.WriteAsync(transaction => new OperationSecrets(Path).Keep(transaction, _operation, Url, Secret));

        Assert.Equal(Secret, await FindAsync(_operation));
        Assert.Null(await FindAsync(Guid.NewGuid()));
        await Writer.WriteAsync(transaction => transaction.End(_operation));
        Assert.Null(await FindAsync(_operation));
    }

    [Fact]
    public async Task Whoever_reads_the_database_does_not_see_it_and_only_its_owner_reads_the_key()
    {
        await Writer.WriteAsync(transaction => new OperationSecrets(Path).Keep(transaction, _operation, Url, Secret));
        SqliteConnection.ClearAllPools();

        foreach (var file in Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, "operations.db*"))
            Assert.DoesNotContain("geheim", Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)), StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path + ".key"));
    }

    [Fact]
    public async Task A_row_that_is_copied_to_another_operation_or_whose_key_is_gone_gives_nothing()
    {
        await Writer.WriteAsync(transaction => new OperationSecrets(Path).Keep(transaction, _operation, Url, Secret));
        var other = Guid.NewGuid();
        await Writer.WriteAsync(transaction => transaction.Execute(
            "INSERT INTO secrets SELECT @other, url, value FROM secrets", new { other = other.ToString() }));

        Assert.Null(await FindAsync(other));
        File.Delete(Path + ".key");
        Assert.Null(await FindAsync(_operation));
    }

    private async Task<string?> FindAsync(Guid operation)
    {
        string? found = null;
        await Writer.WriteAsync(transaction => found = new OperationSecrets(Path).Find(transaction, operation, Url));
        return found;
    }
}
