using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkiaSharp;

namespace SnnDsl.CommandLine.Tests;

/// <summary>The report as a browser lays it out, at the width of a telephone and of a desk.</summary>
public sealed class BrowserTests : IDisposable
{
    // Of the page in a frame of a given width: what reaches beyond it, the smallest words in pictures that are shown, how many of those there are, and where a square leads.
    private const string Measure =
        """
        const frame = document.querySelector('iframe');
        frame.onload = () => {
          const page = frame.contentDocument, view = frame.contentWindow;
          const charts = [...page.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0);
          const sizes = charts.flatMap(svg => [...svg.querySelectorAll('text')].map(text =>
            parseFloat(text.getAttribute('font-size')) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width));
          const link = page.querySelector('.grid a[href]');
          link.click();
          const result = {
            width: view.innerWidth, content: page.documentElement.scrollWidth, charts: charts.length, smallest: Math.min(...sizes),
            broad: charts.filter(svg => svg.classList.contains('broad')).length, widest: Math.max(...charts.map(svg => svg.getBoundingClientRect().right)),
            beyond: [...page.querySelectorAll('main *')].filter(part => part.getBoundingClientRect().right > view.innerWidth + 0.5 && !part.closest('.wide'))
              .map(part => `${part.tagName} ${part.className} ${part.textContent.slice(0, 40)}`).slice(0, 5).join('; '),
            target: page.querySelector(':target')?.id ?? page.querySelector(link.getAttribute('href'))?.id ?? '',
          };
          document.body.setAttribute('data-found', JSON.stringify(result));
        };
        """;

    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [BrowserFact]
    public async Task PagesFitTheirScreens()
    {
        string page = await Report();
        var phone = Look(page, 360);
        var desk = Look(page, 1200);
        Assert.Equal((360, 1200), (phone.Width, desk.Width));
        Assert.All([phone, desk], look =>
        {
            // Nothing runs off: what is wider scrolls within itself.
            Assert.True(look.Content <= look.Width && look.Widest <= look.Width && look.Beyond == "", $"{look}");
            Assert.True(look.Smallest >= 9.5, $"{look}");
            Assert.StartsWith("s", look.Target, StringComparison.Ordinal);
        });
        Assert.Equal(0, phone.Broad);
        Assert.True(desk.Broad >= 5, $"{desk}");
        Assert.Equal(phone.Charts, desk.Charts);
    }

    /// <summary>It is a page that one can see: of both widths a photograph that is no empty sheet.</summary>
    [BrowserFact]
    public async Task PagesCanBePhotographed()
    {
        string page = await Report(), picture = bench.In("photograph.png");
        Chromium($"--screenshot={picture}", "--window-size=1200,1600", page);
        using var bitmap = SKBitmap.Decode(picture);
        Assert.Equal(1200, bitmap.Width);
        Assert.True(bitmap.Pixels.Distinct().Count() > 20, "It is empty.");
    }

    private async Task<string> Report()
    {
        string weights = bench.UntrainedWeights(new TinyImages(4)), records = bench.In("records.jsonl"), page = bench.In("page.html");
        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.2", "--method", "auto", "--time-limit", "0.3", "--iterations", "2", "--records", records)).Succeeded();
        (await bench.Run("report", records, "--html", page, "--weights", weights, "--data", bench.ImageFolder)).Succeeded();
        return page;
    }

    // A window has a least width, a frame in it has none.
    private Layout Look(string page, int width)
    {
        string wrapper = bench.In($"wrapper-{width}.html");
        File.WriteAllText(
            wrapper, $"<!DOCTYPE html><html><body><iframe style=\"width:{width}px;height:800px;border:0\"></iframe><script>{Measure}\nframe.srcdoc = {JsonSerializer.Serialize(File.ReadAllText(page))};</script></body></html>");
        string dom = Chromium("--dump-dom", "--window-size=1600,1000", wrapper);
        var found = Regex.Match(dom, "data-found=\"([^\"]*)\"");
        Assert.True(found.Success, dom[..Math.Min(dom.Length, 2000)]);
        return JsonSerializer.Deserialize<Layout>(WebUtility.HtmlDecode(found.Groups[1].Value), JsonSerializerOptions.Web)!;
    }

    private string Chromium(params string[] arguments)
    {
        var start = new ProcessStartInfo(BrowserFactAttribute.Browser!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=10000", $"--user-data-dir={bench.In("profile")}" }.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (!process.WaitForExit(TimeSpan.FromMinutes(3)))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail("Chromium did not end within three minutes.");
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output.Result;
    }

    private sealed record Layout(int Width, int Content, int Charts, double Smallest, int Broad, double Widest, string Beyond, string Target);
}
