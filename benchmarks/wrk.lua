-- Sends one request over and over, checks every answer, and reports as one line of JSON.
-- Environment: BODY is the request, EXPECT a text in every good answer, HEADERS its "Name: value" lines.

wrk.method = "POST"
wrk.body = os.getenv("BODY")
for name, value in os.getenv("HEADERS"):gmatch("([^:\n]+): ([^\n]+)") do
   wrk.headers[name] = value
end

local expect = os.getenv("EXPECT")
local threads = {}
bad, sample = 0, ""

function setup(thread)
   table.insert(threads, thread)
end

function response(status, headers, body)
   if status ~= 200 or not body:find(expect, 1, true) then
      bad = bad + 1
      sample = status .. " " .. body:sub(1, 200)
   end
end

function done(summary, latency, requests)
   local bad, sample = 0, ""
   for _, thread in ipairs(threads) do
      bad = bad + thread:get("bad")
      if thread:get("sample") ~= "" then sample = thread:get("sample") end
   end
   local lost = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
   print(string.format(
      'RESULT {"calls": %d, "seconds": %f, "bad": %d, "lost": %d, "p50": %f, "p99": %f, "sample": "%s"}',
      summary.requests, summary.duration / 1e6, bad, lost,
      latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, sample:gsub('[%c"\\]', "'")))
end
