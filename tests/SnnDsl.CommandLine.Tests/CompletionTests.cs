using System.Diagnostics;

namespace SnnDsl.CommandLine.Tests;

/// <summary>What a shell is told of commands, options and words.</summary>
public sealed class CompletionTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData("mine cert", "certify")]
    [InlineData("mine certify --meth", "--method")]
    [InlineData("mine certify --method s-", "s-ibp", "s-crown", "s-crown-paper")]
    [InlineData("mine train --model Tiny", "TinyEvents", "TinyImages", "TinyPoisson")]
    public async Task WordsAreThoseOfTheHelp(string typed, params string[] words)
    {
        string text = (await bench.Run($"[suggest:{typed.Length}]", typed)).Succeeded().Output;
        Assert.Equal(words.Order(StringComparer.Ordinal), text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _my_nets_complete my-nets")]
    [InlineData("zsh", "compdef _my_nets_complete my-nets")]
    [InlineData("fish", "complete -c my-nets -a")]
    [InlineData("pwsh", "-CommandName my-nets")]
    public async Task EveryShellHasAScript(string shell, string line) =>
        Assert.Contains(line, (await bench.Run("completion", shell, "--program", "my-nets")).Succeeded().Output);

    [Fact]
    public async Task WhatIsNoShellOrProgramIsRefused()
    {
        (await bench.Run("completion", "tcsh", "--program", "mine")).Refused("There is no script for the shell 'tcsh'", "bash, zsh, fish, pwsh");
        (await bench.Run("completion", "bash", "--program", "dotnet run --")).Refused("'dotnet run --' is no such program", "--program");
        (await bench.Run("completion", "bash", "--program", "mine;reboot")).Refused("'mine;reboot' is no such program");
    }

    /// <summary>The script as bash runs it, on the program itself.</summary>
    [Fact]
    public async Task BashCompletes()
    {
        if (!File.Exists("/bin/bash"))
        {
            return;
        }

        string script = (await bench.Run("completion", "bash", "--program", "mine")).Succeeded().Output;
        string test = $$"""
            mine() { dotnet exec '{{typeof(CompletionTests).Assembly.Location}}' "$@"; }
            {{script}}
            COMP_LINE='mine certify --method s-' COMP_POINT=24 COMP_WORDS=(mine certify --method s-) COMP_CWORD=3
            _mine_complete
            echo "${COMPREPLY[@]}"
            """;
        using var process = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", test]) { RedirectStandardOutput = true })!;
        string printed = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal("s-crown s-crown-paper s-ibp", printed.Trim());
    }
}
